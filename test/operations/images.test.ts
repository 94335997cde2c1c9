import { describe, expect, it } from 'vitest';
import { imagesCreateVariation, imagesEdit, imagesGenerate } from '../../src/operations/images.js';

const usage = {
  input_tokens: 50,
  output_tokens: 272,
  total_tokens: 322,
  input_tokens_details: { text_tokens: 10, image_tokens: 40 },
};

describe.each([imagesGenerate, imagesEdit, imagesCreateVariation])('images.$method', (operation) => {
  it('describes what is asked for', () => {
    expect(operation.request([{ model: 'gpt-image-1', n: 3, size: '1024x1024', quality: 'high' }])).toEqual({
      target: 'gpt-image-1',
      streaming: false,
      attributes: {
        'gen_ai.request.model': 'gpt-image-1',
        'gen_ai.request.choice.count': 3,
        'gen_ai.output.type': 'image',
      },
    });
  });

  it('is one choice an image, and never its bytes', () => {
    const response = operation.response({
      data: [{ b64_json: 'AAAA' }, { url: 'https://images.example/a.png' }],
      usage,
    });
    expect(response).toEqual({
      attributes: {
        'gen_ai.usage.input_tokens': 50,
        'gen_ai.usage.output_tokens': 272,
        'gen_ai.usage.text.input_tokens': 10,
        'gen_ai.usage.image.input_tokens': 40,
      },
      choices: [{ index: 0 }, { index: 1 }],
    });
  });

  it('says of each image what it is', () => {
    const data = [{ b64_json: 'AAAA' }, { url: 'https://images.example/a.png', revised_prompt: 'A cat' }];
    expect(operation.output?.({ data, output_format: 'webp' })).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'blob', modality: 'image', mime_type: 'image/webp', content: 'AAAA', byte_length: 3 }],
        finish_reason: 'stop',
      },
      {
        role: 'assistant',
        parts: [
          { type: 'uri', modality: 'image', uri: 'https://images.example/a.png', mime_type: 'image/webp' },
          { type: 'text', content: 'A cat' },
        ],
        finish_reason: 'stop',
      },
    ]);
  });
});

describe.each([
  [imagesGenerate, 'image_generation'],
  [imagesEdit, 'image_edit'],
] as const)('a stream of images.$method', (operation, event) => {
  const assembled = (textLimit: number) => {
    const assembly = operation.assemble?.(textLimit);
    const image = { output_format: 'png', size: '1024x1024', quality: 'high' };
    assembly?.add({ type: `${event}.partial_image`, partial_image_index: 0, b64_json: 'AA==', ...image });
    assembly?.add({ type: `${event}.partial_image`, partial_image_index: 1, b64_json: 'AAA=', ...image });
    assembly?.add({ type: `${event}.completed`, b64_json: 'AAAA', usage, ...image });
    return assembly?.body();
  };

  it('is the finished image', () => {
    expect(operation.response(assembled(0))).toMatchObject({
      attributes: { 'gen_ai.usage.output_tokens': 272 },
      choices: [{ index: 0 }],
    });
    expect(operation.output?.(assembled(100))).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA', byte_length: 3 }],
        finish_reason: 'stop',
      },
    ]);
  });

  it('holds on to no bytes if none are wanted', () => {
    expect(JSON.stringify(assembled(0))).not.toContain('AA');
  });
});
