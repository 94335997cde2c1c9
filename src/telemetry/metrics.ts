import { type Attributes, createNoopMeter, type Histogram, type Meter, ValueType } from '@opentelemetry/api';
import type { OpenAIInstrumentationConfig } from '../config.js';
import * as semconv from '../semconv.js';

/** The convention's boundaries, in seconds. */
const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/** The convention's boundaries, in tokens. */
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

/** What a model call is measured by; the later draft keeps the general name for the duration of any other operation. */
const INFERENCE = new Set(['chat', 'text_completion']);

/** Copied from the span's attributes where they are there. */
const DIMENSIONS = [
  semconv.ATTR_GEN_AI_OPERATION_NAME,
  semconv.ATTR_GEN_AI_PROVIDER_NAME,
  semconv.ATTR_GEN_AI_REQUEST_MODEL,
  semconv.ATTR_GEN_AI_REQUEST_STREAM,
  semconv.ATTR_GEN_AI_RESPONSE_MODEL,
  semconv.ATTR_SERVER_ADDRESS,
  semconv.ATTR_SERVER_PORT,
  semconv.ATTR_OPENAI_RESPONSE_SERVICE_TIER,
];

/** The histograms of the client, under one set of names. */
export class Metrics {
  /** Whether anybody measures. */
  readonly enabled: boolean;
  readonly #operationDuration: Histogram;
  readonly #inferenceDuration: Histogram;
  readonly #inputTokens: Histogram;
  readonly #outputTokens: Histogram;
  readonly #timeToFirstChunk: Histogram;
  readonly #timePerOutputChunk: Histogram;

  constructor(meter: Meter, names: OpenAIInstrumentationConfig['metricNames']) {
    this.enabled = meter !== createNoopMeter();
    const seconds = (name: string, description: string) =>
      meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: SECONDS } });
    const tokens = (name: string, description: string) =>
      meter.createHistogram(name, {
        description,
        unit: '{token}',
        valueType: ValueType.INT,
        advice: { explicitBucketBoundaries: TOKENS },
      });
    const duration = 'Duration of the operation, until the whole answer is there';
    const firstChunk = 'Time from the request to the first chunk of a stream';
    const perChunk = 'Time between two chunks of a stream';

    this.#operationDuration = seconds(semconv.METRIC_GEN_AI_CLIENT_OPERATION_DURATION, duration);
    if (names === 'inference') {
      this.#inferenceDuration = seconds(semconv.METRIC_GEN_AI_CLIENT_INFERENCE_DURATION, duration);
      this.#inputTokens = tokens(semconv.METRIC_GEN_AI_CLIENT_INFERENCE_INPUT_TOKENS, 'Tokens read');
      this.#outputTokens = tokens(semconv.METRIC_GEN_AI_CLIENT_INFERENCE_OUTPUT_TOKENS, 'Tokens written');
      this.#timeToFirstChunk = seconds(semconv.METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK, firstChunk);
      this.#timePerOutputChunk = seconds(semconv.METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK, perChunk);
    } else {
      this.#inferenceDuration = this.#operationDuration;
      this.#inputTokens = tokens(semconv.METRIC_GEN_AI_CLIENT_TOKEN_USAGE, 'Tokens read and written');
      this.#outputTokens = this.#inputTokens;
      this.#timeToFirstChunk = seconds(semconv.METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK, firstChunk);
      this.#timePerOutputChunk = seconds(semconv.METRIC_GEN_AI_CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK, perChunk);
    }
  }

  /**
   * A whole call.
   * @param seconds its duration
   * @param attributes those of its span
   */
  recordCall(seconds: number, attributes: Attributes): void {
    const dimensions = dimensionsOf(attributes);
    const duration = INFERENCE.has(String(attributes[semconv.ATTR_GEN_AI_OPERATION_NAME]))
      ? this.#inferenceDuration
      : this.#operationDuration;
    const errorType = attributes[semconv.ATTR_ERROR_TYPE];
    duration.record(
      seconds,
      errorType === undefined ? dimensions : { ...dimensions, [semconv.ATTR_ERROR_TYPE]: errorType },
    );
    this.#recordTokens(this.#inputTokens, 'input', attributes[semconv.ATTR_GEN_AI_USAGE_INPUT_TOKENS], dimensions);
    this.#recordTokens(this.#outputTokens, 'output', attributes[semconv.ATTR_GEN_AI_USAGE_OUTPUT_TOKENS], dimensions);
  }

  #recordTokens(histogram: Histogram, type: 'input' | 'output', tokens: unknown, dimensions: Attributes): void {
    if (typeof tokens !== 'number') return;
    // Where both directions share a histogram, the type tells them apart.
    const shared = this.#inputTokens === this.#outputTokens;
    histogram.record(tokens, shared ? { ...dimensions, [semconv.ATTR_GEN_AI_TOKEN_TYPE]: type } : dimensions);
  }

  recordFirstChunk(seconds: number, dimensions: Attributes): void {
    this.#timeToFirstChunk.record(seconds, dimensions);
  }

  recordNextChunk(seconds: number, dimensions: Attributes): void {
    this.#timePerOutputChunk.record(seconds, dimensions);
  }
}

export function dimensionsOf(attributes: Attributes): Attributes {
  const dimensions: Attributes = {};
  for (const name of DIMENSIONS) {
    const value = attributes[name];
    if (value !== undefined) dimensions[name] = value;
  }
  return dimensions;
}
