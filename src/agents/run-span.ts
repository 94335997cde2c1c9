import { type Attributes, type Context, type Span, SpanKind } from '@opentelemetry/api';
import { runIn } from '../active-context.js';
import { type AgentsSettings, capturesContent } from '../config.js';
import { setContextAttributes } from '../context.js';
import { RUN_SPAN } from '../context-keys.js';
import { callHook } from '../guard.js';
import { known } from '../known.js';
import type { Content } from '../operations/content.js';
import * as semconv from '../semconv.js';
import { recordContent } from '../telemetry/content-recording.js';
import type { FailureDescriber } from '../telemetry/errors.js';
import type { OpenContext } from '../telemetry/open-context.js';
import { OpenSpan } from '../telemetry/open-span.js';
import type { TelemetrySink } from '../telemetry/sink.js';
import type { Description } from './describe.js';
import { MovedContext } from './moved-context.js';
import type { RunContent } from './run-content.js';

export type AgentsTelemetrySink = TelemetrySink<AgentsSettings>;

/** What is recorded when a span ends. If one of the functions throws, its part is left out. */
export interface SpanEnd {
  readonly describe?: () => Description | undefined;
  readonly fail?: (() => FailureDescriber | undefined) | undefined;
  readonly attributes?: Attributes | undefined;
  /** Called only if content is captured. */
  readonly content?: () => Content | undefined;
  /** The argument of the user's `spanHook`. */
  readonly hookArgument?: () => unknown;
  /** End time in milliseconds since 1970; `undefined` means now. */
  readonly time?: () => number | undefined;
}

/** An OpenTelemetry span of a run: of a workflow, an agent, a tool and so on. */
export class RunSpan {
  /** `invoke_agent`, `execute_tool` and so on: the first word of the name. */
  readonly operation: string;
  /** The context in which the span is active. It lets go of the span when that ends: results of runs keep contexts alive. */
  readonly context: OpenContext;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  /** Whether model calls inside are no part of the conversation outside. */
  readonly separatesContent: boolean;
  /** Input and output of the agent or workflow, while content is captured. */
  content: RunContent | undefined;
  readonly #sink: AgentsTelemetrySink;
  /** Dropped at the end. */
  #span: OpenSpan | undefined;
  #above: RunSpan | undefined;
  readonly #kind: SpanKind;
  /** Start time by `performance.now()`, which is more precise than milliseconds. */
  readonly #start: number;
  #name: string;

  /**
   * @param parent an ordinary context
   * @param startTime milliseconds since 1970; `undefined` means now
   */
  constructor(
    { name, kind, attributes, inherited, separatesContent = false }: Description,
    parent: Context,
    sink: AgentsTelemetrySink,
    startTime?: number,
  ) {
    const above = runSpanOf(parent);
    const start = startTime === undefined ? undefined : Math.max(startTime, above?.startTime ?? 0);
    const around = setContextAttributes(parent, known(inherited)).setValue(RUN_SPAN, this);
    const spanStart = { name, kind, attributes: [attributes], time: start, measured: sink.metrics.enabled, around };
    // Span processors can read the active context: they must see the parent, not the span that is being created.
    const startSpan = () => new OpenSpan(spanStart, parent, sink);
    this.#sink = sink;
    this.#span = runIn(parent, startSpan);
    this.context = this.#span.context;
    this.#name = name;
    this.#kind = kind;
    this.#start = performance.now() - (start === undefined ? 0 : Date.now() - start);
    this.operation = name.split(' ', 1)[0] ?? name;
    this.#above = above;
    if (above) above.#forgetEnded();
    this.separatesContent = separatesContent;
    this.startTime = start ?? Date.now();
  }

  /** The innermost span of the run around this one. */
  get above(): RunSpan | undefined {
    return this.#above;
  }

  /** Drops the spans above that have ended. A tool can begin the next run, and so on for as long as the process lives. */
  #forgetEnded(): void {
    while (this.#above && !this.#above.#span)
      this.#above = this.#above.separatesContent ? undefined : this.#above.#above;
  }

  get isRecording(): boolean {
    return this.#span?.isRecording ?? false;
  }

  /** Ends nothing, and returns the span: somebody else continues it. */
  handOver(): Span | undefined {
    const span = this.#span;
    this.#span = undefined;
    this.content = undefined;
    span?.update(() => this.context.close());
    return span?.span;
  }

  end({ describe, fail, attributes, content, hookArgument, time }: SpanEnd): void {
    const span = this.#span;
    if (!span || span.ended) return;
    let endTime: number | undefined;
    span.update(() => {
      endTime = time?.();
    });
    if (span.isRecording || this.#sink.metrics.enabled) {
      span.update(() => this.#describe(span, describe?.()));
      span.update(() => span.addAttributes(attributes ?? {}));
      span.update(() => this.#fail(span, fail?.()));
    }
    if (span.isRecording) {
      if (content) span.update(() => this.#record(span, content));
      if (hookArgument) span.update(() => this.#callSpanHook(span, hookArgument()));
    }
    if (attributes?.[semconv.ATTR_LLM_ABANDONED] === undefined) span.update(() => this.#measure(span, endTime));
    this.content = undefined;
    span.end(endTime === undefined ? undefined : Math.max(endTime, this.startTime));
    this.#span = undefined;
  }

  /** Some data is known only at the end, such as the target of a hand-off. */
  #describe(span: OpenSpan, description: Description | undefined): void {
    if (!description) return;
    const { name, attributes } = description;
    if (name !== this.#name) span.rename(name);
    this.#name = name;
    span.addAttributes(attributes);
  }

  #fail(span: OpenSpan, failure: FailureDescriber | undefined): void {
    if (failure) span.fail(failure);
  }

  #record(span: OpenSpan, read: () => Content | undefined): void {
    if (!capturesContent(this.#sink.settings)) return;
    const content = read();
    if (content) recordContent(content, this.operation, span, this.context, this.#sink);
  }

  /** @param endTime milliseconds since 1970; `undefined` means now */
  #measure(span: OpenSpan, endTime: number | undefined): void {
    const { metrics } = this.#sink;
    const attributes = metrics.enabled ? span.attributes : undefined;
    if (!attributes) return;
    const milliseconds = performance.now() - (endTime === undefined ? 0 : Date.now() - endTime) - this.#start;
    const seconds = Math.max(0, milliseconds) / 1000;
    if (this.#kind === SpanKind.CLIENT) metrics.recordCall(seconds, attributes);
    else metrics.recordInternal(seconds, attributes);
  }

  #callSpanHook(span: OpenSpan, spanData: unknown): void {
    const { spanHook } = this.#sink.settings;
    if (!spanHook) return;
    callHook(
      () => spanHook(span.span, { spanData }),
      (fault) => span.report(fault),
    );
  }
}

/** The innermost span of a run in this context. */
export function runSpanOf(context: Context): RunSpan | undefined {
  const span = context.getValue(RUN_SPAN);
  return span instanceof RunSpan ? span : undefined;
}

/**
 * Returns the context for a span that starts in `current` and belongs inside `target`. If `current` is inside `target`, perhaps in a
 * span of the application, it is returned as it is. Otherwise the result has the span and the attributes of `target`, and the other
 * values of `current` (baggage, suppressed tracing).
 *
 * @param current an ordinary context
 * @param target an ordinary context of a run
 */
export function moveInside(current: Context, target: Context): Context {
  const wanted = runSpanOf(target);
  if (!wanted) return current;
  for (let span = runSpanOf(current); span; span = span.above) {
    if (span === wanted) return current;
  }
  return new MovedContext(target, current);
}
