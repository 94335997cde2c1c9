import { type Attributes, createNoopMeter, type Histogram, type Meter } from '@opentelemetry/api';
import type { OpenAIInstrumentationConfig } from '../config.js';
import * as semconv from '../semconv.js';
import { boundedErrorType } from './error-types.js';
import { inferenceTokens, operationTokens, type RecordTokens, TOKEN_ATTRIBUTES } from './token-metrics.js';

type MetricNames = OpenAIInstrumentationConfig['metricNames'];

/** Histogram boundaries of the conventions, in seconds. */
const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const AGENT_SECONDS = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];
const WORKFLOW_SECONDS = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200];
/** Operations that `gen_ai.client.inference.duration` measures. Others keep `gen_ai.client.operation.duration`. */
const INFERENCE = new Set<unknown>(['chat', 'text_completion']);

/** Span attributes that become attributes of every client metric. */
const COMMON = [
  semconv.ATTR_GEN_AI_OPERATION_NAME,
  semconv.ATTR_GEN_AI_PROVIDER_NAME,
  semconv.ATTR_GEN_AI_REQUEST_MODEL,
  semconv.ATTR_GEN_AI_REQUEST_STREAM,
  semconv.ATTR_GEN_AI_RESPONSE_MODEL,
  semconv.ATTR_SERVER_ADDRESS,
  semconv.ATTR_SERVER_PORT,
];

/** Durations and tokens have these too. */
const OPENAI = [...COMMON, semconv.ATTR_OPENAI_RESPONSE_SERVICE_TIER, semconv.ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT];

const TOOL = [semconv.ATTR_GEN_AI_TOOL_NAME, semconv.ATTR_GEN_AI_TOOL_TYPE, semconv.ATTR_GEN_AI_AGENT_NAME];
const AGENT = [semconv.ATTR_GEN_AI_AGENT_NAME];
const WORKFLOW = [semconv.ATTR_GEN_AI_WORKFLOW_NAME];

/** All span attributes that are read here. */
export const METRIC_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...OPENAI,
  ...TOOL,
  ...AGENT,
  ...WORKFLOW,
  ...TOKEN_ATTRIBUTES,
  semconv.ATTR_ERROR_TYPE,
  semconv.ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
]);

/** A histogram for work inside the process, and the span attributes that become its attributes. */
interface InternalDuration {
  readonly histogram: Histogram;
  readonly dimensions: readonly string[];
}

/** The metric instruments of one instrumentation. */
export class Metrics {
  /** Whether there is a meter provider. */
  readonly enabled: boolean;
  readonly #operationDuration: Histogram;
  readonly #inferenceDuration: Histogram;
  readonly #timeToFirstChunk: Histogram;
  readonly #timePerOutputChunk: Histogram;
  readonly #recordTokens: RecordTokens;
  readonly #internal: ReadonlyMap<unknown, InternalDuration>;

  constructor(meter: Meter, names: MetricNames) {
    this.enabled = meter !== createNoopMeter();
    const isInference = names === 'inference';
    const duration = 'Duration of the operation, until the complete response has arrived';
    this.#operationDuration = seconds(meter, semconv.METRIC_GEN_AI_CLIENT_OPERATION_DURATION, duration);
    this.#inferenceDuration = isInference
      ? seconds(meter, semconv.METRIC_GEN_AI_CLIENT_INFERENCE_DURATION, duration)
      : this.#operationDuration;
    this.#timeToFirstChunk = seconds(
      meter,
      isInference
        ? semconv.METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK
        : semconv.METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK,
      'Time from the request to the first chunk of a stream',
    );
    this.#timePerOutputChunk = seconds(
      meter,
      isInference
        ? semconv.METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK
        : semconv.METRIC_GEN_AI_CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK,
      'Time between two chunks of a stream',
    );
    this.#recordTokens = isInference ? inferenceTokens(meter) : operationTokens(meter);
    this.#internal = internalDurations(meter);
  }

  /**
   * Records a model call that has ended.
   *
   * @param seconds its duration, or `undefined` if that is not known
   * @param attributes those of its span, at least the `METRIC_ATTRIBUTES`
   */
  recordCall(seconds: number | undefined, attributes: Attributes): void {
    const dimensions = pick(attributes, OPENAI);
    if (seconds !== undefined) {
      const isInference = INFERENCE.has(attributes[semconv.ATTR_GEN_AI_OPERATION_NAME]);
      const duration = isInference ? this.#inferenceDuration : this.#operationDuration;
      duration.record(seconds, withErrorType(dimensions, attributes));
    }
    const firstChunk = attributes[semconv.ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK];
    if (typeof firstChunk === 'number') this.#timeToFirstChunk.record(firstChunk, pick(attributes, COMMON));
    this.#recordTokens(attributes, dimensions);
  }

  /** @param dimensions from `chunkDimensions` */
  recordNextChunk(seconds: number, dimensions: Attributes): void {
    this.#timePerOutputChunk.record(seconds, dimensions);
  }

  /**
   * Records work inside the process that has ended: `execute_tool`, `invoke_agent` or `invoke_workflow`, by
   * `gen_ai.operation.name` in the attributes. Any other operation is ignored.
   *
   * @param seconds its duration
   * @param attributes those of its span, at least the `METRIC_ATTRIBUTES`
   */
  recordInternal(seconds: number, attributes: Attributes): void {
    const internal = this.#internal.get(attributes[semconv.ATTR_GEN_AI_OPERATION_NAME]);
    internal?.histogram.record(seconds, withErrorType(pick(attributes, internal.dimensions), attributes));
  }
}

/** The attributes of what is measured for each chunk, from those of the span so far. */
export function chunkDimensions(attributes: Attributes): Attributes {
  return pick(attributes, COMMON);
}

function seconds(meter: Meter, name: string, description: string, boundaries = SECONDS): Histogram {
  return meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: boundaries } });
}

function internalDurations(meter: Meter): ReadonlyMap<unknown, InternalDuration> {
  return new Map([
    [
      'execute_tool',
      {
        histogram: seconds(meter, semconv.METRIC_GEN_AI_EXECUTE_TOOL_DURATION, 'Duration of a tool execution'),
        dimensions: TOOL,
      },
    ],
    [
      'invoke_agent',
      {
        histogram: seconds(
          meter,
          semconv.METRIC_GEN_AI_INVOKE_AGENT_DURATION,
          'Duration of an agent invocation',
          AGENT_SECONDS,
        ),
        dimensions: AGENT,
      },
    ],
    [
      'invoke_workflow',
      {
        histogram: seconds(
          meter,
          semconv.METRIC_GEN_AI_INVOKE_WORKFLOW_DURATION,
          'Duration of a workflow',
          WORKFLOW_SECONDS,
        ),
        dimensions: WORKFLOW,
      },
    ],
  ]);
}

function pick(attributes: Attributes, names: readonly string[]): Attributes {
  const picked: Attributes = {};
  for (const name of names) {
    const value = attributes[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

function withErrorType(dimensions: Attributes, attributes: Attributes): Attributes {
  const errorType = attributes[semconv.ATTR_ERROR_TYPE];
  if (errorType === undefined) return dimensions;
  return { ...dimensions, [semconv.ATTR_ERROR_TYPE]: boundedErrorType(errorType) };
}
