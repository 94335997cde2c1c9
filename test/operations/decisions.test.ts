import { describe, expect, it } from 'vitest';
import { decisions } from '../../src/operations/decisions.js';

const answers = [
  { type: 'predicate', name: 'spam', probability: 0.75 },
  { type: 'choice', name: null, choice: true, confidence: 0.9, probabilities: [{ value: true, probability: 1 }] },
  { type: 'score', name: 'tone', score: 2, confidence: 0.8, probabilities: [] },
  { type: 'refusal', name: 'age' },
];

describe('decisions.create', () => {
  it('is one choice an answer', () => {
    const usage = {
      input_tokens: 40,
      output_tokens: 4,
      input_tokens_details: { cached_tokens: 32, cache_write_tokens: 0 },
    };
    expect(decisions.response({ model: 'm', answers, usage })).toEqual({
      attributes: {
        'gen_ai.response.model': 'm',
        'gen_ai.usage.input_tokens': 40,
        'gen_ai.usage.output_tokens': 4,
        'gen_ai.usage.cache_read.input_tokens': 32,
        'gen_ai.usage.cache_write.input_tokens': 0,
      },
      choices: [
        { index: 0, refused: false },
        { index: 1, refused: false },
        { index: 2, refused: false },
        { index: 3, refused: true },
      ],
    });
  });

  it('says what was decided', () => {
    expect(decisions.output?.({ answers })).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'other', kind: 'predicate', name: 'spam', probability: 0.75 }],
        finish_reason: 'stop',
      },
      {
        role: 'assistant',
        parts: [{ type: 'other', kind: 'choice', name: null, choice: true, confidence: 0.9 }],
        finish_reason: 'stop',
      },
      {
        role: 'assistant',
        parts: [{ type: 'other', kind: 'score', name: 'tone', score: 2, confidence: 0.8 }],
        finish_reason: 'stop',
      },
      { role: 'assistant', parts: [{ type: 'other', kind: 'refusal', name: 'age' }], finish_reason: 'stop' },
    ]);
  });

  it('says what there was to decide on', () => {
    const input = [
      { role: 'system', content: 'Be strict.' },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'Buy now!' },
          { type: 'input_image', image_url: 'https://images.example/a.png' },
          { type: 'input_json', json: {} },
        ],
      },
      { type: 'function_call', call_id: 'call_1', name: 'look_up', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'found' },
    ];
    const questions = [{ type: 'predicate', instructions: 'Is it spam?' }];
    expect(decisions.input?.([{ input, questions }])).toEqual({
      inputMessages: [
        { role: 'system', parts: [{ type: 'text', content: 'Be strict.' }] },
        {
          role: 'user',
          parts: [
            { type: 'text', content: 'Buy now!' },
            { type: 'uri', modality: 'image', uri: 'https://images.example/a.png' },
            { type: 'other', kind: 'input_json' },
          ],
        },
        { role: 'assistant', parts: [{ type: 'tool_call', id: 'call_1', name: 'look_up', arguments: '{}' }] },
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_1', response: 'found' }] },
        { role: 'user', parts: [{ type: 'text', content: 'Is it spam?' }] },
      ],
    });
    expect(decisions.input?.([{ input: 'Buy now!', questions: [] }])).toEqual({
      inputMessages: [{ role: 'user', parts: [{ type: 'text', content: 'Buy now!' }] }],
    });
  });
});
