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

  describe('tells parallel calls apart', () => {
    const fn = (id: string | undefined, name: string | undefined, args: unknown, more: object = {}) => ({
      ...more,
      ...(id === undefined ? {} : { id }),
      function: { ...(name === undefined ? {} : { name }), arguments: args },
    });
    const calls = (...deltas: unknown[]) => {
      const { choices } = assembled(deltas.map((tool_calls) => delta({ tool_calls }))) as {
        choices: { message: { tool_calls: { id?: string; function: { name: string; arguments: string } }[] } }[];
      };
      return choices[0]?.message.tool_calls.map((call) => [call.id, call.function.name, call.function.arguments]);
    };
    const both = [
      ['a', 'f', '{"x":1}'],
      ['b', 'g', '{"y":2}'],
    ];

    it.each<[string, unknown[]]>([
      [
        'by index',
        [
          [fn('a', 'f', '{"x"', { index: 0 })],
          [fn(undefined, undefined, ':1}', { index: 0 })],
          [fn('b', 'g', '{"y":2}', { index: 1 })],
        ],
      ],
      ['without index, a chunk each', [[fn('a', 'f', '{"x":1}')], [fn('b', 'g', '{"y":2}')]]],
      [
        'without index, in pieces',
        [
          [fn('a', 'f', '{"x"')],
          [fn(undefined, undefined, ':1}')],
          [fn('b', 'g', '{"y"')],
          [fn(undefined, undefined, ':2}')],
        ],
      ],
      ['without index, in one chunk', [[fn('a', 'f', '{"x":1}'), fn('b', 'g', '{"y":2}')]]],
      ['with index null', [[fn('a', 'f', '{"x":1}', { index: null })], [fn('b', 'g', '{"y":2}', { index: null })]]],
      ['with index 0 each', [[fn('a', 'f', '{"x":1}', { index: 0 })], [fn('b', 'g', '{"y":2}', { index: 0 })]]],
      [
        'with index 0 each, in pieces',
        [
          [fn('a', 'f', '{"x"', { index: 0 })],
          [fn('a', undefined, ':1}', { index: 0 })],
          [fn('b', 'g', '{"y"', { index: 0 })],
          [fn(undefined, undefined, ':2}', { index: 0 })],
        ],
      ],
      [
        'interleaved, by id',
        [[fn('a', 'f', '{"x"')], [fn('b', 'g', '{"y"')], [fn('a', undefined, ':1}')], [fn('b', undefined, ':2}')]],
      ],
      [
        'that have an id in each piece (vLLM)',
        [
          [fn('a', 'f', '{"x"', { index: 0 })],
          [fn('z', undefined, ':1}', { index: 0 })],
          [fn('b', 'g', '{"y":2}', { index: 1 })],
        ],
      ],
      [
        'that have empty ids and names in later pieces',
        [
          [fn('a', 'f', '{"x"', { index: 0 })],
          [fn('', '', ':1}', { index: 0 })],
          [fn('b', 'g', '{"y":2}', { index: 1 })],
        ],
      ],
      ['that are one call in place of a list', [fn('a', 'f', '{"x":1}'), fn('b', 'g', '{"y":2}')]],
      ['that have objects for arguments', [[fn('a', 'f', { x: 1 })], [fn('b', 'g', { y: 2 })]]],
    ])('%s', (_, deltas) => {
      expect(calls(...deltas)).toEqual(both);
    });

    it('of one name without ids, if the index does', () => {
      expect(calls([fn(undefined, 'f', '1', { index: 0 })], [fn(undefined, 'f', '2', { index: 1 })])).toEqual([
        [undefined, 'f', '1'],
        [undefined, 'f', '2'],
      ]);
    });

    it('of other names without ids', () => {
      expect(calls([fn('', 'f', '1', { index: 0 })], [fn('', 'g', '2', { index: 0 })])).toEqual([
        [undefined, 'f', '1'],
        [undefined, 'g', '2'],
      ]);
    });
  });

  it('passes over an empty function_call beside real calls', () => {
    const chunk = delta({
      function_call: { name: '', arguments: '' },
      tool_calls: [{ index: 0, id: 'a', function: { name: 'f' } }],
    });
    expect(assembled([chunk])).not.toHaveProperty('choices.0.message.function_call');
  });

  it('reads parts in place of a text', () => {
    const parts = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
      { type: 'text', text: 'Hel' },
    ];
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const chunks = [
      delta({ content: parts }),
      delta({ content: [{ type: 'text', text: 'lo' }, image] }),
      delta({ images: [image] }),
    ];
    expect(assembled(chunks)).toMatchObject({
      choices: [{ message: { content: 'Hello', reasoning_content: 'Hm', images: [image, image] } }],
    });
    expect(assembled(chunks, 0)).not.toHaveProperty('choices.0.message.images');
  });

  it.each([
    [{ reasoning_content: '', reasoning: 'Hm' }],
    [{ reasoning_content: 'Hm', reasoning: 'Hm' }],
    [{ reasoning: null, reasoning_details: [{ type: 'reasoning.text', text: 'Hm' }] }],
    [{ reasoning_details: [{ type: 'reasoning.summary', summary: 'Hm' }] }],
    [{ thinking_blocks: [{ type: 'thinking', thinking: 'Hm' }] }],
  ])('reads the reasoning of %j once', (value) => {
    expect(assembled([delta(value)])).toMatchObject({ choices: [{ message: { reasoning_content: 'Hm' } }] });
  });

  it.each<[string, object[]]>([
    ['of the last chunk', [{ usage: null }, { usage: { prompt_tokens: 7, completion_tokens: 3 } }]],
    ['of x_groq', [{ x_groq: { id: 'r' } }, { x_groq: { usage: { prompt_tokens: 7, completion_tokens: 3 } } }]],
    ['of a choice', [{ choices: [{ delta: {}, usage: { prompt_tokens: 7, completion_tokens: 3 } }] }]],
    [
      'of two chunks',
      [{ usage: { prompt_tokens: 7, completion_tokens: 1 } }, { usage: { completion_tokens: 3 } }, { usage: {} }],
    ],
  ])('knows the usage %s', (_, chunks) => {
    expect(assembled(chunks)).toMatchObject({ usage: { prompt_tokens: 7, completion_tokens: 3 } });
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
