import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Content, Message, OutputMessage } from '../../src/operations/content.js';
import { cutBytes } from '../../src/telemetry/cut.js';
import { copyContent, limitContent } from '../../src/telemetry/limit.js';

import { said } from '../support/chat-arbitraries.js';
import { collectGarbage } from '../support/garbage.js';
import { holds } from '../support/property.js';

const limits = { maxContentLength: 10, maxTotalContentLength: 262_144, captureMedia: false };
const CUT = '…[truncated]';
const MAX_VALUES = 100_000;

/** Any character. `unit: 'binary'` of fast-check is the same, and first makes a table of all 1.1 million of them. */
const character = fc
  .integer({ min: 0, max: 0x10_ffff - 0x800 })
  .map((n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800));

/** A value that reads itself, in one of many ways no one should. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({
    withBigInt: true,
    withTypedArray: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withNullPrototype: true,
    withObjectString: true,
    withBoxedValues: true,
  }),
  fc
    .constantFrom<() => unknown>(cyclic, cyclicList, throwingGetter, revoked, own__proto__, deep, symbolic)
    .map((make) => make()),
);

function cyclic() {
  const value: Record<string, unknown> = { a: 1 };
  value.self = value;
  value.list = [value, value];
  return value;
}

function cyclicList() {
  const value: unknown[] = [];
  value.push(...Array.from({ length: 50 }, () => value));
  return value;
}

function throwingGetter() {
  return {
    before: 1,
    get broken() {
      throw new Error('no');
    },
    after: 2,
  };
}

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return { proxy, after: 2 };
}

function own__proto__() {
  return JSON.parse('{"__proto__":{"polluted":true},"constructor":{"a":1},"toJSON":"x"}');
}

function deep() {
  let value: unknown = 'bottom';
  for (let i = 0; i < 5000; i++) value = [value];
  return value;
}

function symbolic() {
  return { [Symbol('s')]: 1, f: () => 1, s: Symbol('s'), u: undefined, n: Number.NaN };
}

/** All texts in a value, keys included. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => [key, ...texts(entry)]);
}

function values(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, entry) => sum + values(entry), 1);
}

/** Half a character that was whole before. */
const LONE_SURROGATE = /\p{Surrogate}/u;

describe('limitContent', () => {
  it('makes valid, bounded JSON of anything', async () => {
    await holds('anything limited', 1000, [hostile, fc.nat({ max: 50 })], (value, maxContentLength) => {
      const limited = limitContent(
        { inputMessages: value },
        { maxContentLength, maxTotalContentLength: 262_144, captureMedia: false },
      );
      const text = JSON.stringify(limited);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(JSON.parse(text))));
      expect(values(limited)).toBeLessThanOrEqual(MAX_VALUES + 1001);
      const longest = texts(limited).reduce((max, it) => Math.max(max, it.length), 0);
      expect(longest).toBeLessThanOrEqual(256 + CUT.length);
      expect(Object.getPrototypeOf(limited)).toBe(Object.prototype);
    });
  });

  it('cuts texts at any length between characters, and nothing else', async () => {
    const whole = said.filter((text) => !LONE_SURROGATE.test(text));
    await holds('texts cut', 2000, [whole, fc.nat({ max: 80 })], (content, maxContentLength) => {
      const message = { role: 'assistant', parts: [{ type: 'text', content }], finish_reason: 'stop' };
      const limited = limitContent(
        { outputMessages: [message] },
        { maxContentLength, maxTotalContentLength: 262_144, captureMedia: true },
      );
      const [copy] = limited.outputMessages;
      const kept = copy?.parts[0]?.content ?? '';

      expect(JSON.parse(JSON.stringify(limited))).toEqual({
        outputMessages: [{ ...message, parts: [{ type: 'text', content: kept }] }],
      });
      expect(LONE_SURROGATE.test(kept)).toBe(false);
      if (content.length <= maxContentLength) expect(kept).toBe(content);
      else {
        expect(kept.endsWith(CUT)).toBe(true);
        const beginning = kept.slice(0, -CUT.length);
        expect(content.startsWith(beginning)).toBe(true);
        expect(maxContentLength - beginning.length).toBeLessThanOrEqual(1);
        expect(beginning.length).toBeLessThanOrEqual(maxContentLength);
      }
    });
  });

  it('keeps what parts are, whatever is cut out of them', () => {
    const parts = [
      { type: 'tool_call', id: 'call_0123456789', name: 'get_the_weather', arguments: '{"city": "Reykjavík"}' },
      { type: 'tool_call_response', id: 'call_0123456789', response: 'Neither warm nor cold' },
      { type: 'tool_call_response', response: [{ type: 'refusal', content: 'Certainly not' }] },
    ];
    expect(limitContent({ inputMessages: [{ role: 'assistant', parts }] }, limits)).toEqual({
      inputMessages: [
        {
          role: 'assistant',
          parts: [
            { ...parts[0], arguments: `{"city": "${CUT}` },
            { ...parts[1], response: `Neither wa${CUT}` },
            { ...parts[2], response: [{ type: 'refusal', content: `Certainly ${CUT}` }] },
          ],
        },
      ],
    });
  });

  it('takes no label from data that uses the same names', () => {
    const content = {
      toolCallArguments: { name: 'Ada, Countess of Lovelace', parts: [{ id: 'a very long secret' }] },
      inputMessages: [
        {
          role: 'assistant',
          parts: [{ type: 'tool_call', name: 'f', arguments: { name: 'Ada, Countess of Lovelace' } }],
        },
      ],
    };
    expect(JSON.stringify(limitContent(content, limits))).not.toMatch(/Countess|secret/);
  });

  it('limits labels and keys too, where they are absurd', () => {
    const long = 'x'.repeat(10_000);
    const limited = limitContent({ inputMessages: [{ role: long, parts: [{ type: long, [long]: 1 }] }] }, limits);
    expect(Math.max(...texts(limited).map((text) => text.length))).toBe(256 + CUT.length);
  });

  it('parses arguments that are JSON and short enough, if no number is lost by it', () => {
    const parsed = (args: unknown) => {
      const parts = [{ type: 'tool_call', name: 'f', arguments: args }];
      return limitContent({ parts }, { maxContentLength: 30, maxTotalContentLength: 262_144, captureMedia: false })
        .parts[0]?.arguments;
    };
    expect(parsed('{"city":"Paris"}')).toEqual({ city: 'Paris' });
    expect(parsed('[1,null]')).toEqual([1, null]);
    expect(parsed('print("hello")')).toBe('print("hello")');
    expect(parsed('{"id":12345678901234567890}')).toBe('{"id":12345678901234567890}');
    expect(parsed(`{"city":"${'Paris '.repeat(5)}"}`)).toBe(`{"city":"Paris Paris Paris Par${CUT}`);
    expect(Object.keys(parsed('{"__proto__":{"a":1}}') as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  it('leaves out what cannot be read, and keeps the rest', () => {
    expect(limitContent({ a: throwingGetter() }, limits)).toEqual({ a: { before: 1, after: 2 } });
    expect(limitContent({ a: revoked() }, limits)).toEqual({ a: { after: 2 } });
    expect(limitContent({ a: [revoked().proxy, 1] }, limits)).toEqual({ a: [null, 1] });
  });

  it('makes values of JSON of others', () => {
    const value = { big: 12n, bytes: new Uint8Array(7), none: null, list: [undefined, () => 1, Number.NaN] };
    expect(limitContent({ value }, limits)).toEqual({
      value: { big: '12', bytes: '[7 bytes]', none: null, list: [null, null, Number.NaN] },
    });
    expect(limitContent({ list: new Array(3) }, limits)).toEqual({ list: [null, null, null] });
  });

  it('never runs code of a list that is more than a list', () => {
    class Loud extends Array<unknown> {
      static override get [Symbol.species](): never {
        throw new Error('constructed');
      }
    }
    expect(limitContent({ list: Loud.from([1, 2]) }, limits)).toEqual({ list: [1, 2] });
  });

  it('does not follow what refers to itself', () => {
    expect(limitContent({ a: cyclic() }, limits)).toEqual({
      a: { a: 1, self: '[circular]', list: ['[circular]', '[circular]'] },
    });
    const shared = { b: 1 };
    expect(limitContent({ a: [shared, shared] }, limits)).toEqual({ a: [shared, shared] });
  });

  it('has enough of what grows without end', () => {
    let list: unknown[] = [1];
    for (let i = 0; i < 5; i++) list = Array.from({ length: 1000 }, () => list);
    const limited = limitContent({ list }, limits);
    expect(values(limited)).toBeLessThanOrEqual(MAX_VALUES + 1);
    expect(JSON.stringify(limited).length).toBeLessThan(4_000_000);
  });

  it('takes media out of parts, or leaves them whole', () => {
    const blob = {
      type: 'blob',
      modality: 'image',
      mime_type: 'image/png',
      content: 'QUJD'.repeat(100),
      byte_length: 300,
    };
    const { content, ...rest } = blob;
    expect(limitContent({ parts: [blob] }, limits)).toEqual({ parts: [{ ...rest, mime_type: 'image/png' }] });
    expect(limitContent({ parts: [blob] }, { ...limits, maxTotalContentLength: 262_144, captureMedia: true })).toEqual({
      parts: [blob],
    });
    const odd = { ...blob, content: { toJSON: 1, self: 2n } };
    expect(limitContent({ parts: [odd] }, { ...limits, maxTotalContentLength: 262_144, captureMedia: true })).toEqual({
      parts: [rest],
    });
  });

  it('takes base64 out of texts before and at the cut', () => {
    const base64 = 'QUJDREVG'.repeat(2000);
    const cutShort = limitContent(
      { text: base64 },
      { maxContentLength: 100, maxTotalContentLength: 262_144, captureMedia: false },
    );
    const cutLong = limitContent(
      { text: `See ${base64}` },
      { maxContentLength: 9000, maxTotalContentLength: 262_144, captureMedia: false },
    );
    expect(cutShort.text).toBe(`[base64 left out]${CUT}`);
    expect(cutLong.text).toBe(`See [base64 left out]${CUT}`);
    expect(
      limitContent({ text: base64 }, { maxContentLength: 20_000, maxTotalContentLength: 262_144, captureMedia: true })
        .text,
    ).toBe(base64);
  });
});

describe('copyContent', () => {
  it('keeps texts and media whole, and gives away nothing of the application’s', () => {
    const content = {
      toolDefinitions: [{ type: 'function', name: 'f', parameters: { properties: { a: { type: 'string' } } } }],
      inputMessages: [
        {
          role: 'user',
          parts: [
            { type: 'text', content: 'x'.repeat(20_000) },
            { type: 'blob', content: 'QUJD' },
            { type: 'tool_call', name: 'f', arguments: '{"a":1}' },
          ],
        },
      ],
    };
    const copy = copyContent(content);
    expect(copy).toEqual(content);
    expect(copy.toolDefinitions[0]?.parameters).not.toBe(content.toolDefinitions[0]?.parameters);
    const [part] = copy.inputMessages[0]?.parts ?? [];
    if (part) part.content = 'changed';
    expect(part?.content).toBe('changed');
  });
});

describe('values as JSON.stringify shows them', () => {
  class Account {
    name = 'Ann';
    passwordHash = 'secret';
    toJSON() {
      return { name: this.name };
    }
  }
  const values: Record<string, unknown> = {
    'an object with toJSON': new Account(),
    'nested ones': { list: [new Account()], map: { a: new Account() } },
    'a date': new Date(0),
    'an invalid date': new Date(Number.NaN),
    'a URL': new URL('https://example.com/a?b=c'),
    'a map and a set': { map: new Map([['a', 1]]), set: new Set([1]) },
    'an instance of a class': new (class Point {
      x = 1;
      #y = 2;
      get y() {
        return this.#y;
      }
    })(),
    'wrapper objects': [new String('a'), new Number(1), new Boolean(false)],
    'functions, with toJSON too': [() => 1, Object.assign(() => 1, { toJSON: () => 'f' })],
    'toJSON that returns its object': Object.assign(Object.create({ toJSON: returnThis }), { a: 1 }),
    'toJSON that gets the key': { a: { toJSON: (key: string) => key }, b: [{ toJSON: (key: string) => key }] },
  };

  function returnThis(this: unknown) {
    return this;
  }

  it.each(Object.entries(values))('%s', (_, value) => {
    const expected = JSON.parse(JSON.stringify({ toolCallResult: value }));
    const large = { ...limits, maxContentLength: 1_000 };
    expect(JSON.parse(JSON.stringify(limitContent({ toolCallResult: value }, large)))).toEqual(expected);
    expect(JSON.parse(JSON.stringify(copyContent({ toolCallResult: value })))).toEqual(expected);
  });

  it('leaves out what toJSON throws on, and never shows its fields', () => {
    const broken = Object.assign(new Account(), {
      toJSON() {
        throw new Error('no');
      },
    });
    expect(limitContent({ toolCallResult: { broken, after: 1 } }, limits)).toEqual({ toolCallResult: { after: 1 } });
    expect(limitContent({ toolCallResult: broken }, limits)).toEqual({});
  });
});

describe('maxTotalContentLength', () => {
  const text = (content: string) => ({ type: 'text', content });
  const message = (i: number) => ({ role: 'user', parts: [text(`message ${i} of a long conversation`)] });
  const limited = (content: Content, maxTotalContentLength: number, repeatsOutput = false) =>
    limitContent(content, { maxContentLength: 8192, maxTotalContentLength, captureMedia: true, repeatsOutput });
  /** What attributes hold, one for each field. */
  const size = (content: Content) =>
    Object.values(content).reduce((sum, field) => sum + JSON.stringify(field).length, 0);

  it('keeps the newest messages, and says that there were others', () => {
    const inputMessages = Array.from({ length: 1000 }, (_, i) => message(i)) as Message[];
    const { inputMessages: kept = [] } = limited({ inputMessages }, 5_000);
    const [first, second, ...rest] = kept;
    expect(first).toEqual({ role: 'system', parts: [text(CUT)] });
    expect(second?.parts).toHaveLength(1);
    expect(rest).toEqual(inputMessages.slice(-rest.length));
    expect(rest.length).toBeGreaterThan(50);
    expect(size({ inputMessages: kept })).toBeLessThanOrEqual(5_200);
  });

  it('gives every choice its share', () => {
    const outputMessages = Array.from({ length: 128 }, (_, i) => ({
      role: 'assistant',
      parts: [text(`${i} `.repeat(5_000)), text('more')],
      finish_reason: 'stop',
    })) as OutputMessage[];
    const content = limited({ outputMessages }, 64_000);
    expect(content.outputMessages).toHaveLength(128);
    for (const [i, { role, parts, finish_reason }] of (content.outputMessages ?? []).entries()) {
      expect({ role, finish_reason }).toEqual({ role: 'assistant', finish_reason: 'stop' });
      expect(JSON.stringify(parts[0])).toContain(`${i} ${i} `);
      expect(parts.at(-1)).toEqual(text(CUT));
    }
    expect(size(content)).toBeLessThanOrEqual(64_000 + 128 * 60);
    expect(size(limited({ outputMessages }, 64_000, true))).toBeLessThanOrEqual(32_000 + 128 * 60);
  });

  it('keeps names of tools, and whole media or none', () => {
    const toolDefinitions = [{ type: 'function', name: 'f', description: 'd '.repeat(1000), parameters: { a: 1 } }];
    expect(limited({ toolDefinitions, inputMessages: [message(1)] as Message[] }, 20).toolDefinitions).toEqual([
      { type: 'function', name: 'f' },
    ]);
    const blob = { type: 'blob' as const, modality: 'image', content: 'QUJD'.repeat(100) };
    const inputMessages: Message[] = [{ role: 'user', parts: [blob] }];
    expect(limited({ inputMessages }, 1_000).inputMessages).toEqual(inputMessages);
    expect(limited({ inputMessages }, 200).inputMessages).toEqual([
      { role: 'user', parts: [{ type: 'blob', modality: 'image' }] },
    ]);
  });

  it('bounds anything, as messages of the right shape', async () => {
    const part = fc.oneof(
      fc.record({ type: fc.constant('text'), content: fc.string({ unit: character, maxLength: 3000 }) }),
      fc.record({ type: fc.constant('tool_call'), name: fc.string(), arguments: fc.jsonValue() }),
      fc.record({ type: fc.constant('tool_call_response'), response: fc.oneof(fc.jsonValue(), fc.string()) }),
    );
    const messages = fc.array(
      fc.record({ role: fc.constant('user'), parts: fc.array(part, { maxLength: 5 }), finish_reason: fc.string() }),
      { maxLength: 20 },
    );
    await holds('contents', 500, [messages, messages, fc.nat({ max: 20_000 })], (inputs, outputs, max) => {
      const given = { inputMessages: inputs, outputMessages: outputs } as Content;
      const content = limited(given, max);
      // Beyond the limit there is the shape of one message for each choice.
      expect(size(content)).toBeLessThanOrEqual(max + 600 + outputs.length * 400);
      expect(content.outputMessages).toHaveLength(outputs.length);
      for (const { role, parts } of [...(content.inputMessages ?? []), ...(content.outputMessages ?? [])]) {
        expect(typeof role).toBe('string');
        for (const { type, ...fields } of parts as (Record<string, unknown> & { type: string })[]) {
          const required = { text: 'content', tool_call: 'name', tool_call_response: 'response' }[type] ?? 'none';
          expect(fields).toHaveProperty(required);
        }
      }
    });
  });
});

const many = (count: number, entry: (i: number) => [string, unknown]) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => entry(i)));

it.each([
  ['nulls', many(900, (i) => [`key_${i}`, null])],
  ['empty objects', many(900, (i) => [`key_${i}`, {}])],
  ['empty lists', many(900, (i) => [`key_${i}`, []])],
  ['keys of quotes', many(900, (i) => [`${'"'.repeat(100)}${i}`, 1])],
  ['keys of control characters', many(900, (i) => [`${'\u0001'.repeat(100)}${i}`, true])],
  ['lists of nulls', { list: Array.from({ length: 900 }, () => [null, null, null, null, null, null]) }],
])('counts %s as JSON', (_, args) => {
  const part = { type: 'tool_call' as const, id: 'call_1', name: 'f', arguments: args };
  const content = { inputMessages: [{ role: 'assistant' as const, parts: [part] }] };
  const limited = limitContent(content, { ...limits, maxTotalContentLength: 5_000 });
  // A last key, and what marks the cut.
  expect(JSON.stringify(limited.inputMessages).length).toBeLessThan(5_000 + 900);
});

it('cuts conversations of any length to any budget, from the oldest on', async () => {
  const content = fc.oneof(said, fc.string({ unit: 'binary', maxLength: 2_000 }));
  const conversation = fc.array(content, { minLength: 1, maxLength: 60 });
  const budget = [fc.nat({ max: 5_000 }), fc.nat({ max: 30_000 })] as const;
  await holds('conversations', 500, [conversation, ...budget], (contents, maxContentLength, maxTotalContentLength) => {
    const given = contents.map((text) => ({ role: 'user', parts: [{ type: 'text', content: text }] }));
    const { inputMessages: kept } = limitContent(
      { inputMessages: given },
      { maxContentLength, maxTotalContentLength, captureMedia: true },
    );
    const json = JSON.stringify(kept);
    expect(JSON.parse(json)).toEqual(kept);
    // The mark at the beginning, and that of the message in which there was no more room.
    expect(json.length).toBeLessThanOrEqual(maxTotalContentLength + 250);

    const [first, ...others] = kept;
    const isMarked = first?.role === 'system';
    const recorded = isMarked ? others : kept;
    if (!isMarked) expect(recorded).toHaveLength(given.length);
    for (const [i, message] of recorded.reverse().entries()) {
      const [part] = message.parts;
      const whole = contents.at(-1 - i) ?? '';
      if (part?.content === whole) continue;
      expect(part?.content.endsWith(CUT)).toBe(true);
      expect(whole.startsWith(part?.content.slice(0, -CUT.length) ?? 'missing')).toBe(true);
    }
  });
});

it('keeps a text that is cut in memory of its own', () => {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 50 }, () => {
    const text = Buffer.alloc(1 << 20, 'some words ').toString('latin1');
    return limitContent({ text, [text]: 1 }, { ...limits, maxContentLength: 100 });
  });
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(5 << 20);
  expect(kept).toHaveLength(50);
});

it('cutBytes cuts between characters', () => {
  expect(cutBytes('naïve', 6)).toBe('naïve');
  expect(cutBytes('naïve', 5)).toBe(`naïv${CUT}`);
  expect(cutBytes('a😀b', 4)).toBe(`a${CUT}`);
  expect(Buffer.byteLength(cutBytes('漢'.repeat(10_000), 16_384))).toBeLessThanOrEqual(16_384 + Buffer.byteLength(CUT));
});
