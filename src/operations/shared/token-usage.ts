import type { Attributes } from '@opentelemetry/api';
import { count, fieldsOf } from '../../read.js';
import * as semconv from '../../semconv.js';

/**
 * The token counts of a response, zeros included. Older APIs name them prompt and completion tokens, newer ones input and
 * output tokens. Transcriptions have `input_token_details` in place of `input_tokens_details`.
 */
export function tokenUsage(usage: unknown): Attributes {
  const all = fieldsOf(usage);
  const input = fieldsOf(all.prompt_tokens_details ?? all.input_tokens_details ?? all.input_token_details);
  const output = fieldsOf(all.completion_tokens_details ?? all.output_tokens_details);
  return {
    [semconv.ATTR_GEN_AI_USAGE_INPUT_TOKENS]: count(all.prompt_tokens ?? all.input_tokens),
    [semconv.ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: count(all.completion_tokens ?? all.output_tokens),
    [semconv.ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: count(input.cached_tokens),
    [semconv.ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: count(input.cache_write_tokens),
    [semconv.ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS]: count(input.text_tokens),
    [semconv.ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS]: count(input.image_tokens),
    [semconv.ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS]: count(input.audio_tokens),
    [semconv.ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: count(output.reasoning_tokens),
    [semconv.ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS]: count(output.text_tokens),
    [semconv.ATTR_GEN_AI_USAGE_IMAGE_OUTPUT_TOKENS]: count(output.image_tokens),
    [semconv.ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS]: count(output.audio_tokens),
  };
}
