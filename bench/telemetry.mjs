import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** @import { SpanExporter } from '@opentelemetry/sdk-trace-base' */

/**
 * One context manager for the process, in use from the start: on Node 20 the first `context.with` switches promise
 * hooks on for every promise after it, which would be charged to whoever comes first.
 */
export function startContext() {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  context.with(context.active(), () => {});
}

/** @typedef {{ spans: number, flush: () => Promise<void> }} Exported the spans of a variant */

/**
 * A tracer provider as an application has one, up to the network: spans are batched and counted.
 * @param {{ sampled?: boolean }} [options]
 */
export function tracing({ sampled = true } = {}) {
  /** @type {Exported} */
  const exported = { spans: 0, flush: () => provider.forceFlush() };
  /** @type {SpanExporter} */
  const exporter = {
    export(spans, done) {
      exported.spans += spans.length;
      done({ code: 0 });
    },
    shutdown: async () => {},
  };
  const provider = new BasicTracerProvider({
    sampler: sampled ? new AlwaysOnSampler() : new AlwaysOffSampler(),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  return { provider, exported };
}

class UnreadMetrics extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

/** A meter provider that aggregates and is never read. */
export function metering() {
  return new MeterProvider({ readers: [new UnreadMetrics()] });
}
