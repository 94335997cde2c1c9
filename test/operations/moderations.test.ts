import { describe, expect, it } from 'vitest';
import { moderations } from '../../src/operations/moderations.js';

const text = (content: string) => ({ type: 'text', content });

describe('moderations.create', () => {
  it.each([
    ['a text', 'a', [{ role: 'user', parts: [text('a')] }]],
    [
      'several texts',
      ['a', 'b'],
      [
        { role: 'user', parts: [text('a')] },
        { role: 'user', parts: [text('b')] },
      ],
    ],
    [
      'text and pictures',
      [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: { url: 'https://images.example/a.png' } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      ],
      [
        {
          role: 'user',
          parts: [
            text('a'),
            { type: 'uri', modality: 'image', uri: 'https://images.example/a.png' },
            { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA', byte_length: 3 },
          ],
        },
      ],
    ],
  ])('takes %s', (_, input, inputMessages) => {
    expect(moderations.input?.([{ input }])).toEqual({ inputMessages });
  });

  it('has no model unless one is named', () => {
    expect(moderations.request([{ input: 'x' }])).toEqual({ target: undefined, attributes: {} });
  });

  it('describes the response', () => {
    expect(moderations.response({ id: 'modr-1', model: 'm', results: [{ flagged: true }] })).toEqual({
      attributes: { 'gen_ai.response.id': 'modr-1', 'gen_ai.response.model': 'm', 'llm.moderation.flagged': true },
      choices: [],
    });
  });

  it.each<[string, unknown, boolean | undefined, string[] | undefined]>([
    ['clean', [{ flagged: false, categories: { violence: false } }], false, undefined],
    [
      'of several inputs',
      [
        { flagged: false, categories: { hate: false, violence: false } },
        { flagged: true, categories: { violence: true, hate: false } },
        { flagged: true, categories: { violence: true, 'self-harm': true } },
      ],
      true,
      ['self-harm', 'violence'],
    ],
    [
      'of Mistral, which flags categories only',
      [{ categories: { pii: true, hate_and_discrimination: false } }],
      undefined,
      ['pii'],
    ],
    ['of no known shape', [{ flagged: 'yes', categories: ['violence'] }, null, 'x'], undefined, undefined],
    ['in place of a list', { flagged: true, categories: { hate: true } }, true, ['hate']],
    ['without results', undefined, undefined, undefined],
  ])('tells the verdict %s', (_, results, flagged, categories) => {
    const { attributes } = moderations.response({ results });
    expect([attributes['llm.moderation.flagged'], attributes['llm.moderation.categories']]).toEqual([
      flagged,
      categories,
    ]);
  });
});
