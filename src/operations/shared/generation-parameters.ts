import type { Attributes } from '@opentelemetry/api';
import { count, type Fields, fieldsOf, number, text } from '../../read.js';
import * as semconv from '../../semconv.js';
import { MAX_LISTED } from '../operation.js';

/** The sampling parameters that several APIs share. */
export function generationParameters(params: Fields): Attributes {
  return {
    [semconv.ATTR_GEN_AI_REQUEST_TEMPERATURE]: number(params.temperature),
    [semconv.ATTR_GEN_AI_REQUEST_TOP_P]: number(params.top_p),
    [semconv.ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY]: number(params.frequency_penalty),
    [semconv.ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY]: number(params.presence_penalty),
    [semconv.ATTR_GEN_AI_REQUEST_MAX_TOKENS]: count(params.max_completion_tokens) ?? count(params.max_tokens),
    [semconv.ATTR_GEN_AI_REQUEST_STOP_SEQUENCES]: stopSequences(params.stop),
    [semconv.ATTR_GEN_AI_REQUEST_SEED]: number(params.seed),
    [semconv.ATTR_GEN_AI_REQUEST_CHOICE_COUNT]: params.n === 1 ? undefined : count(params.n),
  };
}

/** `gen_ai.output.type` for a `response_format`. */
export function formatType(format: unknown): string | undefined {
  switch (fieldsOf(format).type) {
    case 'text':
      return 'text';
    case 'json_object':
    case 'json_schema':
      return 'json';
    default:
      return undefined;
  }
}

/** `openai.request.service_tier`: the tier that was asked for. `auto` asks for none. */
export function requestedTier(tier: unknown): string | undefined {
  return tier === 'auto' ? undefined : text(tier);
}

function stopSequences(stop: unknown): string[] | undefined {
  if (stop === undefined) return undefined;
  const sequences = (Array.isArray(stop) ? stop.slice(0, MAX_LISTED) : [stop]).filter(
    (s): s is string => typeof s === 'string',
  );
  return sequences.length > 0 ? sequences : undefined;
}
