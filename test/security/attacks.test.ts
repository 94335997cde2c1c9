import OpenAI from 'openai';
import { beforeEach, describe, expect, it } from 'vitest';
import { Servers } from '../../src/calls/server.js';
import { mediaPart } from '../../src/operations/shared/media.js';
import { describeError } from '../../src/telemetry/errors.js';
import { limitContent } from '../../src/telemetry/limit.js';
import { withoutMedia } from '../../src/telemetry/media-in-text.js';
import { Telemetry } from '../support/telemetry.js';

const telemetry = new Telemetry();
telemetry.instrumentation.manuallyInstrument(OpenAI);
beforeEach(() => telemetry.reset({ inspectStreams: true, captureMessageContent: 'span_and_event' }));

const MEGABYTE = 1 << 20;

/** Pieces that make a regular expression try again and again. */
const SEEDS = [
  'a',
  'data:',
  'data:;',
  'data:a/b;',
  ';base64,',
  'A\n',
  'A\\r\\n',
  '"',
  '" is not valid JSON',
  ':',
  '\\n',
  '=',
  '-',
  '/deployments/',
  'bedrock-',
  'http://',
  'http://a@?',
  'a.',
];

const subjects: Record<string, (text: string) => unknown> = {
  'media in a text': (text) => withoutMedia(text, true),
  'the kind of a file': (text) => mediaPart('image', text),
  'the kind of a data URL': (text) => mediaPart('image', `data:${text}`),
  'the message of an error': (text) => describeError(Object.assign(new Error(text), { code: text, stack: text })),
  'the limits of content': (text) =>
    limitContent(
      { inputMessages: [{ role: 'user', parts: [{ type: 'text', content: text }] }] },
      { maxContentLength: MEGABYTE, maxTotalContentLength: 8 * MEGABYTE, captureMedia: false },
    ),
  'a base URL': (text) => new Servers().of({ baseURL: `http://${text}` }, undefined, () => {}),
  'the path of a base URL': (text) => new Servers().of({ baseURL: `http://a.example/${text}` }, undefined, () => {}),
};

/** The best of three: other processes make it longer, nothing shorter. */
function milliseconds(work: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

describe('texts of a megabyte, made to be slow', () => {
  it.each(Object.entries(subjects))('%s: the work grows no faster than the text', (_, subject) => {
    for (const seed of SEEDS) {
      const text = (length: number) => seed.repeat(Math.ceil(length / seed.length)).slice(0, length);
      const small = milliseconds(() => subject(text(MEGABYTE / 8)));
      const large = milliseconds(() => subject(text(MEGABYTE)));
      // Eight times the text: what is quadratic takes 64 times as long. Short times are all noise.
      expect(large, seed).toBeLessThan(40 * Math.max(small, 5));
    }
  });
});

/** One call whose answer is this text. */
function ask(body: string, headers: Record<string, string> = {}, status = 200) {
  const fetch = async () => new Response(body, { status, headers: { 'content-type': 'application/json', ...headers } });
  const openai = new OpenAI({ apiKey: 'sk-test', maxRetries: 0, logLevel: 'off', fetch });
  return openai.chat.completions.create({ model: 'gpt-4o', messages: [] }).then(undefined, Object);
}

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

const answers: Record<string, string> = {
  'names of the prototype': `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"choices":[{"__proto__":{"polluted":1},"message":{"__proto__":{"polluted":1},"content":"x","tool_calls":[{"__proto__":{"polluted":1},"function":{"name":"__proto__","arguments":"{\\"__proto__\\":{\\"polluted\\":1}}"}}]}}],"usage":{"__proto__":{"polluted":1},"prompt_tokens":1}}`,
  'a key of a megabyte': `{"${'k'.repeat(MEGABYTE)}":1,"choices":[{"message":{"content":"x","tool_calls":[{"function":{"name":"f","arguments":"{\\"${'k'.repeat(4000)}\\":1}"}}]}}]}`,
  'many keys': `{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":1`).join()}}`,
  'deep nesting': `{"choices":[{"message":{"content":${nested(2000)}}}]}`,
  'many choices': `{"choices":[${Array(20_000).fill('{"message":{"content":"x"},"finish_reason":"stop"}').join()}]}`,
  'texts of a megabyte where names are': JSON.stringify({
    id: 'i'.repeat(MEGABYTE),
    model: 'm'.repeat(MEGABYTE),
    system_fingerprint: 's'.repeat(MEGABYTE),
    choices: [{ finish_reason: 'r'.repeat(MEGABYTE), message: { role: 'r'.repeat(MEGABYTE), content: 'x' } }],
  }),
};

describe('an answer shaped by an attacker', () => {
  it.each(Object.entries(answers))(
    '%s: passes through, pollutes nothing, and its record is bounded',
    async (_, body) => {
      expect(JSON.stringify(await ask(body))).toBe(JSON.stringify(JSON.parse(body)));
      const span = telemetry.span();
      const record = JSON.stringify([span.attributes, span.events]);
      expect(record.length).toBeLessThan(MEGABYTE);
      expect(span.events.length).toBeLessThanOrEqual(128);
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
      expect(telemetry.said('error')).toEqual([]);
      telemetry.logs();
    },
  );

  it('an error of a megabyte, in its body and headers, makes a bounded record', async () => {
    const text = 'e'.repeat(MEGABYTE);
    await ask(JSON.stringify({ error: { message: text, code: text, type: text, param: text } }), {}, 400);
    const span = telemetry.span();
    expect(JSON.stringify([span.attributes, span.events, span.status]).length).toBeLessThan(MEGABYTE);
    telemetry.logs();
  });
});
