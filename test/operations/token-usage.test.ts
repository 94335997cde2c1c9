import { describe, expect, it } from 'vitest';
import { tokenUsage, usageAttributes } from '../../src/operations/shared/token-usage.js';

describe('tokenUsage', () => {
  it('reads the older names', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 20,
      total_tokens: 30,
      prompt_tokens_details: {
        cached_tokens: 3,
        cache_write_tokens: 4,
        audio_tokens: 1,
        text_tokens: 9,
        image_tokens: 0,
      },
      completion_tokens_details: { reasoning_tokens: 5, audio_tokens: 6, text_tokens: 9 },
    };
    expect(tokenUsage(usage)).toEqual({
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 3,
      'gen_ai.usage.cache_write.input_tokens': 4,
      'gen_ai.usage.text.input_tokens': 9,
      'gen_ai.usage.image.input_tokens': 0,
      'gen_ai.usage.audio.input_tokens': 1,
      'gen_ai.usage.reasoning.output_tokens': 5,
      'gen_ai.usage.text.output_tokens': 9,
      'gen_ai.usage.audio.output_tokens': 6,
    });
  });

  it('reads the times of Groq and Cerebras', () => {
    const times = { queue_time: 0.1, prompt_time: 0.002, completion_time: 0.5, total_time: 0.502 };
    const expected = {
      'llm.server.queue_time': 0.1,
      'llm.server.prompt_time': 0.002,
      'llm.server.completion_time': 0.5,
    };
    expect(usageAttributes({ usage: times })).toEqual(expected);
    expect(usageAttributes({ x_groq: { usage: times } })).toEqual(expected);
    expect(usageAttributes({ usage: { prompt_tokens: 3 }, time_info: { ...times, created: 1 } })).toEqual({
      'gen_ai.usage.input_tokens': 3,
      ...expected,
    });
  });

  it('reads the newer names', () => {
    const usage = {
      input_tokens: 10,
      output_tokens: 20,
      input_tokens_details: { image_tokens: 7, text_tokens: 3 },
      output_tokens_details: { image_tokens: 20, text_tokens: 0 },
    };
    expect(tokenUsage(usage)).toEqual({
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.text.input_tokens': 3,
      'gen_ai.usage.image.input_tokens': 7,
      'gen_ai.usage.text.output_tokens': 0,
      'gen_ai.usage.image.output_tokens': 20,
    });
  });

  it('tells zero from missing', () => {
    expect(tokenUsage({ prompt_tokens: 0, completion_tokens: null })).toEqual({ 'gen_ai.usage.input_tokens': 0 });
    expect(tokenUsage({ input_tokens: 0, output_tokens: 0 })).toEqual({
      'gen_ai.usage.input_tokens': 0,
      'gen_ai.usage.output_tokens': 0,
    });
  });

  it.each([null, undefined, 'many', 7, [], {}, { input_tokens: -1 }, { input_tokens: 1.5 }, { input_tokens: 'many' }])(
    'invents nothing of %j',
    (usage) => {
      expect(tokenUsage(usage)).toEqual({});
    },
  );

  it('takes whichever details are there', () => {
    const usage = { prompt_tokens_details: null, input_token_details: { audio_tokens: 3 } };
    expect(tokenUsage(usage)).toEqual({ 'gen_ai.usage.audio.input_tokens': 3 });
  });
});
