import type { Attributes } from '@opentelemetry/api';
import type { Metrics } from '../telemetry/metrics.js';

/** Counts and times the chunks of a stream without reading them. */
export class Chunks {
  readonly #requestTime: number;
  readonly #metrics: Metrics;
  readonly #dimensions: Attributes | undefined;
  #count = 0;
  #firstTime = 0;
  #lastTime = 0;

  /**
   * @param requestTime start of the call, in milliseconds of `performance.now()`
   * @param dimensions attributes of the metric of each chunk, or `undefined` to record none
   */
  constructor(requestTime: number, metrics: Metrics, dimensions: Attributes | undefined) {
    this.#requestTime = requestTime;
    this.#metrics = metrics;
    this.#dimensions = dimensions;
  }

  get count(): number {
    return this.#count;
  }

  /** `undefined` before the first chunk. */
  get secondsToFirst(): number | undefined {
    return this.#count > 0 ? (this.#firstTime - this.#requestTime) / 1000 : undefined;
  }

  add(): void {
    const isFirst = this.#count++ === 0;
    if (!isFirst && !this.#dimensions) return;
    const now = performance.now();
    if (isFirst) this.#firstTime = now;
    else if (this.#dimensions) this.#metrics.recordNextChunk((now - this.#lastTime) / 1000, this.#dimensions);
    this.#lastTime = now;
  }
}
