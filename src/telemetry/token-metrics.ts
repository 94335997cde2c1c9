import { type Attributes, type Counter, type Histogram, type Meter, ValueType } from '@opentelemetry/api';
import * as semconv from '../semconv.js';

/** Histogram boundaries of the conventions, in tokens. */
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

/** The modalities of tokens, with the attributes that count them. */
const INPUT_MODALITIES = {
  text: semconv.ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS,
  image: semconv.ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS,
  audio: semconv.ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS,
};
const OUTPUT_MODALITIES = {
  text: semconv.ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS,
  image: semconv.ATTR_GEN_AI_USAGE_IMAGE_OUTPUT_TOKENS,
  audio: semconv.ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS,
};

/** The span attributes that are read here. */
export const TOKEN_ATTRIBUTES: readonly string[] = [
  semconv.ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  semconv.ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  semconv.ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  semconv.ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  semconv.ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ...Object.values(INPUT_MODALITIES),
  ...Object.values(OUTPUT_MODALITIES),
];

/**
 * Records the token counts of one call.
 *
 * @param attributes all attributes of its span
 * @param dimensions attributes of the metrics
 */
export type RecordTokens = (attributes: Attributes, dimensions: Attributes) => void;

/** One histogram for both directions; `gen_ai.token.type` tells them apart. */
export function operationTokens(meter: Meter): RecordTokens {
  const tokens = tokenHistogram(meter, semconv.METRIC_GEN_AI_CLIENT_TOKEN_USAGE, 'Input and output tokens of a call');
  return (attributes, dimensions) => {
    const input = attributes[semconv.ATTR_GEN_AI_USAGE_INPUT_TOKENS];
    const output = attributes[semconv.ATTR_GEN_AI_USAGE_OUTPUT_TOKENS];
    const ofType = (type: string) => ({ [semconv.ATTR_GEN_AI_TOKEN_TYPE]: type, ...dimensions });
    if (typeof input === 'number') tokens.record(input, ofType('input'));
    if (typeof output === 'number') tokens.record(output, ofType('output'));
  };
}

/** A histogram for each direction, and counters by modality. The counters of cached and reasoning tokens are subsets. */
export function inferenceTokens(meter: Meter): RecordTokens {
  const histogram = (name: string, description: string) => tokenHistogram(meter, name, description);
  const counter = (name: string, description: string) => tokenCounter(meter, name, description);
  const input = histogram(semconv.METRIC_GEN_AI_CLIENT_INFERENCE_INPUT_TOKENS, 'Input tokens of a call');
  const output = histogram(semconv.METRIC_GEN_AI_CLIENT_INFERENCE_OUTPUT_TOKENS, 'Output tokens of a call');
  const counters = [
    {
      counter: counter(semconv.METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS, 'Input tokens used'),
      attribute: semconv.ATTR_GEN_AI_USAGE_INPUT_TOKENS,
      modalities: INPUT_MODALITIES,
    },
    {
      counter: counter(semconv.METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS, 'Output tokens used'),
      attribute: semconv.ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
      modalities: OUTPUT_MODALITIES,
    },
    {
      counter: counter(
        semconv.METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS,
        'Input tokens from a cache',
      ),
      attribute: semconv.ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
    },
    {
      counter: counter(
        semconv.METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS,
        'Input tokens written to a cache',
      ),
      attribute: semconv.ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
    },
    {
      counter: counter(
        semconv.METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS,
        'Output tokens used for reasoning',
      ),
      attribute: semconv.ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
    },
  ];
  return (attributes, dimensions) => {
    const inputTokens = attributes[semconv.ATTR_GEN_AI_USAGE_INPUT_TOKENS];
    const outputTokens = attributes[semconv.ATTR_GEN_AI_USAGE_OUTPUT_TOKENS];
    if (typeof inputTokens === 'number') input.record(inputTokens, dimensions);
    if (typeof outputTokens === 'number') output.record(outputTokens, dimensions);
    for (const { counter, attribute, modalities } of counters) {
      for (const [modality, count] of byModality(attributes, attribute, modalities)) {
        counter.add(count, { [semconv.ATTR_GEN_AI_TOKEN_MODALITY]: modality, ...dimensions });
      }
    }
  };
}

/** Splits a total by modality, without zeros. What no modality is known for is `unknown`. */
function byModality(
  attributes: Attributes,
  total: string,
  modalities: Readonly<Record<string, string>> = {},
): [modality: string, count: number][] {
  const parts = Object.entries(modalities).map(([modality, name]): [string, number] => [
    modality,
    tokenCount(attributes[name]),
  ]);
  const sum = parts.reduce((sum, [, count]) => sum + count, 0);
  const rest = tokenCount(attributes[total]) - sum;
  // Parts that exceed their total cannot be right. The total still is.
  const all: [string, number][] = rest < 0 ? [['unknown', rest + sum]] : [...parts, ['unknown', rest]];
  return all.filter(([, count]) => count > 0);
}

function tokenCount(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function tokenHistogram(meter: Meter, name: string, description: string): Histogram {
  const advice = { explicitBucketBoundaries: TOKENS };
  return meter.createHistogram(name, { description, unit: '{token}', valueType: ValueType.INT, advice });
}

function tokenCounter(meter: Meter, name: string, description: string): Counter {
  return meter.createCounter(name, { description, unit: '{token}', valueType: ValueType.INT });
}
