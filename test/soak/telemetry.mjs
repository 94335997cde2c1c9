import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import sdkNode from '@opentelemetry/sdk-node';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';

/** @typedef {import('./ledger.mjs').Ledger} Ledger */
/** @typedef {{ attributes: Record<string, unknown>, status: { code: SpanStatusCode } }} Told */

/**
 * Traces with all options on, and adds each span to the ledger.
 * @param {object} OpenAI
 * @param {Ledger} ledger
 */
export function startTelemetry(OpenAI, ledger) {
  const { metrics, node } = sdkNode;
  const processor = {
    /** @param {Told} span */
    onStart: (span) => ledger.started(idOf(span)),
    /** @param {Told} span */
    onEnd: (span) => ledger.ended(idOf(span), outcomeOf(span)),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const tracers = new node.NodeTracerProvider({ spanProcessors: [/** @type {never} */ (processor)] });
  tracers.register();
  const instrumentation = new OpenAIInstrumentation({ inspectStreams: true, captureMessageContent: true });
  instrumentation.setTracerProvider(tracers);
  instrumentation.setMeterProvider(new metrics.MeterProvider({}));
  instrumentation.manuallyInstrument(OpenAI);
  return { stop: () => instrumentation.disable() };
}

/** @param {Told} span */
function idOf({ attributes }) {
  return String(attributes['gen_ai.request.model']);
}

/** @param {Told} span */
function outcomeOf({ attributes, status }) {
  const end = attributes['llm.stream.end_reason'];
  if (end !== undefined) return String(end);
  return status.code === SpanStatusCode.ERROR ? 'error' : 'ok';
}

/**
 * Traces with metrics, and counts the spans that have not ended.
 * @param {typeof import('openai').OpenAI} OpenAI
 * @param {string} mode `content`: with all options; `hand`: without this package, with a span that an application makes itself
 */
export function growthTelemetry(OpenAI, mode) {
  const { metrics, node } = sdkNode;
  const counter = { open: 0 };
  const processor = {
    onStart: () => void counter.open++,
    onEnd: () => void counter.open--,
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const tracers = new node.NodeTracerProvider({ spanProcessors: [processor] });
  tracers.register();
  if (mode === 'hand') {
    traceByHand(OpenAI.Chat.Completions.prototype);
    return counter;
  }
  const options =
    mode === 'content' ? { inspectStreams: true, captureMessageContent: /** @type {const} */ ('span') } : {};
  const instrumentation = new OpenAIInstrumentation(options);
  instrumentation.setTracerProvider(tracers);
  instrumentation.setMeterProvider(new metrics.MeterProvider({}));
  instrumentation.manuallyInstrument(OpenAI);
  return counter;
}

/**
 * The least that an application has to do to trace a call itself.
 * @param {{ create: any }} completions
 */
function traceByHand(completions) {
  const { create } = completions;
  const tracer = trace.getTracer('by hand');
  /** @param {unknown[]} args */
  completions.create = function (...args) {
    const span = tracer.startSpan('chat');
    const promise = context.with(trace.setSpan(context.active(), span), () => create.apply(this, args));
    const end = () => span.end();
    // It does not read the body, unlike `then`.
    promise.asResponse().then(end, end);
    return promise;
  };
}
