import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** @import { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base' */

/**
 * One context manager for the process, in use from the start: on Node 20 the first `context.with` switches promise
 * hooks on for every promise after it, which would be charged to whoever comes first.
 */
export function startContext() {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  context.with(context.active(), () => {});
}

/** @typedef {{ spans: number, last: ReadableSpan | undefined, flush: () => Promise<void> }} Ended the spans of a variant so far */

/** Counts what ends, because a full queue drops what it is given. */
class CountingProcessor extends BatchSpanProcessor {
  spans = 0;
  /** @type {ReadableSpan | undefined} */
  last;

  /**
   * @override
   * @param {ReadableSpan} span
   */
  onEnd(span) {
    this.spans++;
    this.last = span;
    super.onEnd(span);
  }

  flush() {
    return this.forceFlush();
  }
}

/** @type {SpanExporter} */
const nowhere = {
  export: (_spans, done) => done({ code: 0 }),
  shutdown: async () => {},
};

/**
 * A tracer provider as an application has one, up to the network: spans are batched.
 * @param {{ sampled?: boolean }} [options]
 */
export function tracing({ sampled = true } = {}) {
  const processor = new CountingProcessor(nowhere);
  const provider = new BasicTracerProvider({
    sampler: sampled ? new AlwaysOnSampler() : new AlwaysOffSampler(),
    spanProcessors: [processor],
  });
  return { provider, /** @type {Ended} */ ended: processor };
}

class UnreadMetrics extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

/** A meter provider that aggregates and is never read. */
export function metering() {
  return new MeterProvider({ readers: [new UnreadMetrics()] });
}
