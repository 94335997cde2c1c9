import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutCredentials, withoutUrlCredentials } from '../src/credentials.js';

describe('withoutCredentials', () => {
  it.each([
    ['postgres://ann:secret@db:5432/app?sslmode=no', 'postgres://db:5432/app'],
    ['redis://:secret@cache:6379/0', 'redis://cache:6379/0'],
    ['wss://ann:secret@host/realtime?token=secret', 'wss://host/realtime'],
    ['mongodb+srv://ann:secret@a.example,b.example/x', 'mongodb+srv://a.example,b.example/x'],
    ['https://secret@host/path', 'https://host/path'],
    ['https://host/#access_token=secret', 'https://host/'],
    ['https://host?key=a"secret\'secret>secret', 'https://host'],
    ['{"url":"https:\\/\\/ann:secret@host\\/path?key=secret"}', '{"url":"https:\\/\\/host\\/path'],
    ['https://ann:sec@ret@host/path', 'https://host/path'],
    ['https://ann:sec/ret@host/path', 'https://…'],
    ['https://ann:sec?ret@host/path', 'https://…'],
    ['https://ann:secret', 'https://…'],
    ['https://ann:secret@', 'https://'],
    ['https://a.example/x,https://ann:secret@b.example/y', 'https://a.example/x,https://b.example/y'],
    ['http://[::1]:8080/x?secret', 'http://[::1]:8080/x'],
    ['http://ann:secret@[::1]:8080/x', 'http://[::1]:8080/x'],
    ['Authorization: Bearer abc4567890123456', 'Authorization: Bearer …'],
    ['Incorrect API key provided: sk-proj-abcdefghijkl.', 'Incorrect API key provided: ….'],
    [
      "Expected 'apiKey' function argument to return a string but it returned secret\nsecret",
      "Expected 'apiKey' function argument to return a string but it returned …",
    ],
    ['Headers.append: "secret\n" is an invalid header value.', 'Headers.append: "…" is an invalid header value.'],
    ['    at f (file:///app/x.mjs?token=secret:10:5)', '    at f (file:///app/x.mjs:10:5)'],
  ])('%j becomes %j', (text, expected) => {
    expect(withoutCredentials(text)).toBe(expected);
  });

  it.each([
    'connect ECONNREFUSED http://localhost:8080',
    'connect ECONNREFUSED http://localhost:8080: no route',
    '    at f (http://localhost:5173/@fs/app/x.js:10:5)',
    '    at f (file:///app/node_modules/@openai/agents/x.mjs:10:5)',
    'https://esm.sh/@scope/package',
    'https://unpkg.com/react@18/index.js',
    'write to ann@host.example: no answer',
    'Use Bearer authentication. A basic introduction follows.',
    'Who? Why? a#b',
    'time: 12:30:45',
  ])('%j stays', (text) => {
    expect(withoutCredentials(text)).toBe(text);
  });
});

/** Characters that a careless program puts into URLs as they are, and that others give a meaning. */
const careless = fc.string({
  unit: fc.constantFrom(...'abcXYZ0123456789-._~!$&\'()*+,;=%"<>[]{}|^`/?#@:'.split('')),
  minLength: 0,
  maxLength: 12,
});
/** A slash in it makes it a host: then the rest is a path. */
const user = careless.map((text) => text.replaceAll('/', ''));
const scheme = fc.constantFrom('http', 'https', 'postgres', 'redis', 'wss', 'mongodb+srv', 'x');
const host = fc.constantFrom('host', 'db.example:5432', '127.0.0.1:80', '[::1]:443');
const word = fc.constantFrom(
  '',
  ' ',
  'see ',
  'at f (',
  '"',
  "'",
  '=',
  'https://other.example/path ',
  '@',
  ':',
  'Error: ',
);
/** No client reads `://` inside as part of a password. */
const password = careless.map((text) => `sec${text.replaceAll('://', '')}ret`).filter((text) => !text.includes('://'));

describe('whatever surrounds them', () => {
  it('credentials of a URL go', () => {
    const url = fc.record({ scheme, user, password, host, key: password, before: word, after: word });
    fc.assert(
      fc.property(url, (parts) => {
        const { before, after } = parts;
        const text = `${before}${parts.scheme}://${parts.user}:${parts.password}@${parts.host}/p?key=${parts.key}#${parts.key}${after}`;
        expect(withoutCredentials(text)).not.toMatch(/sec|ret/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a text that is cut anywhere has no more of a password than one that is whole', () => {
    const url = fc.record({
      scheme,
      user: fc.constantFrom('ann', ''),
      password: careless,
      host,
      before: word,
      cut: fc.nat(80),
    });
    fc.assert(
      fc.property(url, ({ cut, before, ...parts }) => {
        const secret = `secret${parts.password}`;
        const text = `${before}${parts.scheme}://${parts.user}:${secret}@${parts.host}/path`.slice(0, cut);
        expect(withoutCredentials(text)).not.toContain('secre');
      }),
      { numRuns: 2_000 },
    );
  });

  it('nothing is left to remove, and names are treated like messages', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), scheme, password, (text, name, secret) => {
        const url = `${text}${name}://ann:${secret}@host/`;
        const clean = withoutUrlCredentials(url);
        expect(withoutUrlCredentials(clean)).toBe(clean);
        expect(clean).not.toMatch(/sec.*ret/);
      }),
    );
  });
});
