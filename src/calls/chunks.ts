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
   * @param dimensions the attributes of the chunk metrics; `undefined` records no metrics
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
    return this.#count > 0 ? this.#secondsToFirst : undefined;
  }

  add(): void {
    const first = this.#count++ === 0;
    if (first) this.#firstTime = performance.now();
    if (!this.#dimensions) return;
    const now = first ? this.#firstTime : performance.now();
    if (first) this.#metrics.recordFirstChunk(this.#secondsToFirst, this.#dimensions);
    else this.#metrics.recordNextChunk((now - this.#lastTime) / 1000, this.#dimensions);
    this.#lastTime = now;
  }

  get #secondsToFirst(): number {
    return (this.#firstTime - this.#requestTime) / 1000;
  }
}
