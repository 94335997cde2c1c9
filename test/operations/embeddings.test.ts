import { describe, expect, it } from 'vitest';
import { embeddings } from '../../src/operations/embeddings.js';

describe('embeddings.create', () => {
  it('tells the encoding format only if the application asked for one', () => {
    const attributes = (params: object) => embeddings.request([{ model: 'm', input: 'x', ...params }]).attributes;
    expect(attributes({})).toEqual({ 'gen_ai.request.model': 'm' });
    expect(attributes({ encoding_format: 'base64', dimensions: 0 })).toEqual({
      'gen_ai.request.model': 'm',
      'gen_ai.request.encoding_formats': ['base64'],
      'gen_ai.embeddings.dimension.count': 0,
    });
  });

  it('says nothing of the vectors', () => {
    const data = [{ index: 0, embedding: [0.25, -0.5] }];
    const body = { model: 'm', data, usage: { prompt_tokens: 2, total_tokens: 2 } };
    expect(embeddings.response(body)).toEqual({
      attributes: { 'gen_ai.response.model': 'm', 'gen_ai.usage.input_tokens': 2 },
      choices: [],
    });
    expect(embeddings.output).toBeUndefined();
  });

  it('takes texts for content, and no tokens', () => {
    expect(embeddings.input?.([{ input: ['a', 'b'] }])).toEqual({
      inputMessages: [
        { role: 'user', parts: [{ type: 'text', content: 'a' }] },
        { role: 'user', parts: [{ type: 'text', content: 'b' }] },
      ],
    });
    expect(embeddings.input?.([{ input: [[1, 2], [3]] }])).toEqual({ inputMessages: [] });
  });
});
