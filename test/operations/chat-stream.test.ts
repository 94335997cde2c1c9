import { describe, expect, it } from 'vitest';
import { ChatAssembly } from '../../src/operations/chat/stream.js';

function assembled(chunks: unknown[], textLimit = 8192) {
  const assembly = new ChatAssembly(textLimit);
  for (const chunk of chunks) assembly.add(chunk);
  return assembly.body();
}
const delta = (value: object, index = 0) => ({ choices: [{ index, delta: value }] });

/** The texts in a value, by length. */
function lengths(value: unknown): number[] {
  if (typeof value === 'string') return [value.length];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(lengths) : [];
}

describe('ChatAssembly', () => {
  it('puts texts, calls and usage together', () => {
    const call = (value: object) => delta({ tool_calls: [value] });
    expect(
      assembled([
        { id: 'c', model: 'm', ...delta({ role: 'assistant', content: '' }) },
        delta({ content: 'Hel' }),
        delta({ content: 'lo' }),
        delta({ reasoning: 'Hm' }),
        call({ index: 1, id: 'b', type: 'custom', custom: { name: 'c', input: 'x' } }),
        call({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
        call({ index: 0, function: { arguments: '{"a"' } }),
        call({ index: 0, function: { arguments: ':1}' } }),
        { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
        { choices: [], usage: { prompt_tokens: 1 }, service_tier: 'default', system_fingerprint: 'fp' },
      ]),
    ).toEqual({
      id: 'c',
      model: 'm',
      usage: { prompt_tokens: 1 },
      service_tier: 'default',
      system_fingerprint: 'fp',
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: 'Hello',
            refusal: undefined,
            reasoning_content: 'Hm',
            tool_calls: [
              { id: 'a', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
              { id: 'b', type: 'custom', custom: { name: 'c', input: 'x' } },
            ],
          },
        },
      ],
    });
  });

  it('knows the older form of calls, and what is spoken', () => {
    expect(
      assembled([
        delta({ function_call: { name: 'f', arguments: '{' } }),
        delta({ function_call: { arguments: '}' } }),
        delta({ audio: { id: 'audio_1', data: 'QUJD' } }),
        delta({ audio: { transcript: 'Hel' } }),
        delta({ audio: { transcript: 'lo' } }),
      ]),
    ).toMatchObject({
      choices: [{ message: { function_call: { name: 'f', arguments: '{}' }, audio: { transcript: 'Hello' } } }],
    });
  });

  it('sorts choices, however they come', () => {
    const { choices } = assembled([delta({ content: 'b' }, 1), delta({ content: 'a' }, 0)]) as { choices: unknown };
    expect(choices).toMatchObject([
      { index: 0, message: { content: 'a' } },
      { index: 1, message: { content: 'b' } },
    ]);
  });

  const piece = 'word '.repeat(200);
  const long = Array.from({ length: 200 }, () => [
    delta({ content: piece, refusal: piece, reasoning_content: piece, audio: { transcript: piece } }),
    delta({ tool_calls: [{ index: 0, function: { arguments: piece } }], function_call: { arguments: piece } }),
  ]).flat();

  it.each([1, 100, 8192])(
    'keeps no more than %i characters of each text, and one to show that there were more',
    (limit) => {
      const kept = lengths(assembled(long, limit));
      expect(kept).toEqual(Array.from({ length: 6 }, () => limit + 1));
    },
  );

  it('keeps no text where none is wanted, only that there was one', () => {
    expect(new Set(lengths(assembled(long, 0)))).toEqual(new Set([1]));
    expect(JSON.stringify(assembled(long, 0))).not.toContain('word');
  });

  it('keeps no more than 128 choices, and 128 calls of each', () => {
    const { choices } = assembled(
      Array.from({ length: 500 }, (_, i) => ({
        choices: [
          { index: i, delta: {} },
          { index: 0, delta: { tool_calls: [{ index: i, id: `${i}` }] } },
        ],
      })),
    ) as { choices: { message: { tool_calls?: unknown[] } }[] };
    expect(choices).toHaveLength(128);
    expect(choices[0]?.message.tool_calls).toHaveLength(128);
  });
});
