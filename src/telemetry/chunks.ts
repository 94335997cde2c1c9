import type { Attributes } from '@opentelemetry/api';
import * as semconv from '../semconv.js';
import type { Metrics } from './metrics.js';

/** Counts and times the chunks of a stream, without a look at them. */
export class Chunks {
  readonly #requestTime: number;
  readonly #metrics: Metrics;
  #dimensions: Attributes | undefined;
  #count = 0;
  #firstTime = 0;
  #lastTime = 0;

  constructor(requestTime: number, metrics: Metrics) {
    this.#requestTime = requestTime;
    this.#metrics = metrics;
  }

  /** From now on each chunk is measured. */
  measure(dimensions: Attributes): void {
    this.#dimensions = dimensions;
  }

  count(): void {
    const first = this.#count++ === 0;
    if (first) this.#firstTime = performance.now();
    if (!this.#dimensions) return;
    const now = first ? this.#firstTime : performance.now();
    if (first) this.#metrics.recordFirstChunk(this.#secondsToFirst, this.#dimensions);
    else this.#metrics.recordNextChunk((now - this.#lastTime) / 1000, this.#dimensions);
    this.#lastTime = now;
  }

  get attributes(): Attributes {
    return {
      [semconv.ATTR_LLM_STREAM_CHUNK_COUNT]: this.#count,
      [semconv.ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: this.#count > 0 ? this.#secondsToFirst : undefined,
    };
  }

  get #secondsToFirst(): number {
    return (this.#firstTime - this.#requestTime) / 1000;
  }
}
