import { type Attributes, type Context, context, trace } from '@opentelemetry/api';
import { type AgentsSettings, capturesContent } from '../config.js';
import { setContextAttributes } from '../context.js';
import { RUN_SPAN } from '../context-keys.js';
import { callHook } from '../guard.js';
import { merge } from '../known.js';
import type { Content } from '../operations/content.js';
import { recordContent } from '../telemetry/content-recording.js';
import type { FailureDescriber } from '../telemetry/errors.js';
import { OpenSpan } from '../telemetry/open-span.js';
import type { TelemetrySink } from '../telemetry/sink.js';
import type { Description } from './describe.js';
import type { Place } from './storage.js';

export type AgentsTelemetrySink = TelemetrySink<AgentsSettings>;

/** What is to be known of a span of the Agents SDK when it ends. What a function of it throws is left out. */
export interface Ending {
  readonly describe?: () => Description | undefined;
  readonly fail?: () => FailureDescriber | undefined;
  readonly attributes?: Attributes | undefined;
  /** Asked only if content is captured. */
  readonly content?: () => Content | undefined;
  /** What the user's hook is given. */
  readonly hooked?: () => unknown;
  /** Milliseconds since 1970, if it was not now. */
  readonly time?: () => number | undefined;
}

/** A span of a run, and the place that work inside it is done at. */
export class RunSpan implements Place {
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly #sink: AgentsTelemetrySink;
  readonly #span: OpenSpan;
  readonly #inherited: Attributes;
  readonly #parent: Context;
  #name: string;

  /**
   * @param parent where the span belongs; an ordinary context
   * @param above the span of the run that it is in
   * @param startTime milliseconds since 1970, if it was not now
   */
  constructor(
    { name, kind, attributes, inherited }: Description,
    parent: Context,
    above: RunSpan | undefined,
    sink: AgentsTelemetrySink,
    startTime?: number,
  ) {
    const start = startTime === undefined ? undefined : Math.max(startTime, above?.startTime ?? 0);
    // Span processors may ask for the active context: they shall not be answered with the span that is being made.
    const startSpan = () => new OpenSpan({ name, kind, attributes: [attributes], time: start }, parent, sink);
    this.#sink = sink;
    this.#span = context.with(parent, startSpan);
    this.#inherited = merge(above?.inherited, inherited);
    this.#parent = parent;
    this.startTime = start ?? Date.now();
    this.#name = name;
  }

  get inherited(): Attributes {
    return this.#inherited;
  }

  /** A context that is in this span already, perhaps in one of the application's inside it, is left as it is. */
  within(base: Context): Context {
    if (base.getValue(RUN_SPAN) === this) return base;
    return trace.setSpan(setContextAttributes(base, this.#inherited), this.#span.span).setValue(RUN_SPAN, this);
  }

  end({ describe, fail, attributes, content, hooked, time }: Ending): void {
    const span = this.#span;
    if (span.ended) return;
    let endTime: number | undefined;
    span.update(() => {
      endTime = time?.();
    });
    if (span.isRecording) {
      span.update(() => this.#describe(describe?.()));
      span.update(() => span.addAttributes(attributes ?? {}));
      span.update(() => this.#fail(fail?.()));
      if (content) span.update(() => this.#emit(content));
      if (hooked) span.update(() => this.#hook(hooked()));
    }
    span.end(endTime === undefined ? undefined : Math.max(endTime, this.startTime));
  }

  /** Part of the data comes while a span is under way: whom was handed off to, whether a guardrail was triggered. */
  #describe(description: Description | undefined): void {
    if (!description) return;
    const { name, attributes } = description;
    if (name !== this.#name) this.#span.rename(name);
    this.#name = name;
    this.#span.addAttributes(attributes);
  }

  #fail(failure: FailureDescriber | undefined): void {
    if (failure) this.#span.fail(failure);
  }

  #emit(read: () => Content | undefined): void {
    const { settings } = this.#sink;
    if (!capturesContent(settings)) return;
    const content = read();
    if (!content) return;
    const operation = this.#name.split(' ', 1)[0] ?? this.#name;
    recordContent(content, operation, this.#span, this.within(this.#parent), this.#sink);
  }

  #hook(spanData: unknown): void {
    const { spanHook } = this.#sink.settings;
    if (!spanHook) return;
    callHook(
      () => spanHook(this.#span.span, { spanData }),
      (fault) => this.#span.report(fault),
    );
  }
}
