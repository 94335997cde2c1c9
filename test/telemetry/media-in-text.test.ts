import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutMedia } from '../../src/telemetry/media-in-text.js';
import { holds } from '../support/property.js';

const base64 = Buffer.from(Array.from({ length: 1500 }, (_, i) => (i * 31) % 256)).toString('base64');
const lines = (base64.match(/.{1,76}/g) ?? []).join('\n');

describe('withoutMedia', () => {
  it.each([
    ['data:image/png;base64,QUJD', 'data:image/png,[left out]'],
    ['data:;base64,QUJD', 'data:,[left out]'],
    ['DATA:image/png;BASE64,QUJD', 'data:image/png,[left out]'],
    ['data:text/plain;charset=utf-8;base64,QUJD!', 'data:text/plain,[left out]'],
    ['data:image/svg+xml,%3Csvg%3E', 'data:image/svg+xml,[left out]'],
    ['{"a":"data:image/png;base64,QUJD","b":1}', '{"a":"data:image/png,[left out]","b":1}'],
    ['![alt](data:image/png;base64,QUJD) text', '![alt](data:image/png,[left out]) text'],
    [`before ${base64} after`, 'before [base64 left out] after'],
    [`{"result":"${base64}"}`, '{"result":"[base64 left out]"}'],
    [`before\n${lines}\nafter`, 'before\n[base64 left out]\nafter'],
    [JSON.stringify({ pem: lines }), '{"pem":"[base64 left out]"}'],
  ])('%.60s → %.60s', (text, expected) => {
    expect(withoutMedia(text, false)).toBe(expected);
  });

  it.each([
    'metadata:image/png,text',
    'data: {"a":1}',
    'the data:yes, all of it',
    'A'.repeat(511),
    'https://example.com/a/long/path?with=query&and=more',
    `${'-'.repeat(80)}\nword\n${'-'.repeat(80)}`,
    'word '.repeat(1000),
  ])('%.40s stays', (text) => {
    expect(withoutMedia(text, false)).toBe(text);
  });

  it('finds a run wherever it begins', () => {
    for (let before = 0; before < 130; before++) {
      const text = `${'a '.repeat(before)}(${'A'.repeat(512)}) ${'a '.repeat(before)}`;
      expect(withoutMedia(text, false)).toBe(text.replace('A'.repeat(512), '[base64 left out]'));
    }
  });

  it('takes a shorter run at the end of a text that was cut', () => {
    expect(withoutMedia(`See ${'A'.repeat(64)}`, true)).toBe('See [base64 left out]');
    expect(withoutMedia(`See ${'A'.repeat(63)}`, true)).toBe(`See ${'A'.repeat(63)}`);
    expect(withoutMedia(`See ${'A'.repeat(64)}`, false)).toBe(`See ${'A'.repeat(64)}`);
  });

  it('leaves no long run of base64 in any text', async () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom(base64, lines, 'data:', ';base64,', 'image/png', '\n', '='));
    await holds('texts without base64', 1000, [fc.array(piece, { maxLength: 12 })], (pieces) => {
      expect(withoutMedia(pieces.join(''), false)).not.toMatch(/[A-Za-z0-9+/_-]{512,}/);
    });
  });

  it('is no slower for texts made to slow it down', () => {
    // Each would take minutes if the work grew with the square of the length.
    for (const text of ['data:', 'data:;', 'A'.repeat(511).concat(' '), `${'A'.repeat(60)}\n`, ';,']) {
      expect(withoutMedia(text.repeat(2_000_000 / text.length), true)).toBeTypeOf('string');
    }
  });
});
