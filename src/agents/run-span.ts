import { type Attributes, type Context, context, createContextKey, trace } from '@opentelemetry/api';
import type { AgentsSettings } from '../config.js';
import { contextAttributes, setAttributes } from '../context.js';
import type { Content } from '../operations/content.js';
import { capturesContent, emitContent, releaseContent } from '../telemetry/content.js';
import type { ErrorDescription } from '../telemetry/errors.js';
import { callHook } from '../telemetry/hooks.js';
import { OpenSpan } from '../telemetry/open-span.js';
import type { Outlet } from '../telemetry/outlet.js';
import type { Description } from './describe.js';
import type { Place } from './storage.js';

export type AgentsOutlet = Pick<Outlet, 'tracer' | 'logger' | 'diag'> & { readonly settings: AgentsSettings };

/** The innermost span of a run that a context is in. */
const HERE = createContextKey('opentelemetry-instrumentation-openai place in a run');

/** What is known of a span of the Agents SDK when it ends. */
export interface Ending {
  readonly description?: Description | undefined;
  readonly failure?: ErrorDescription | undefined;
  readonly attributes?: Attributes | undefined;
  /** Asked only if content is captured. */
  readonly content?: () => Content | undefined;
  readonly spanData?: unknown;
  /** Milliseconds since 1970, if it was not now. */
  readonly time?: number | undefined;
}

/** A span of a run, and the place that work inside it is done at. */
export class RunSpan implements Place {
  readonly #outlet: AgentsOutlet;
  readonly #span: OpenSpan;
  readonly #inherited: Attributes;
  readonly #parent: Context;
  readonly #startTime: number;
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
    outlet: AgentsOutlet,
    startTime?: number,
  ) {
    const all = { ...contextAttributes(parent), ...attributes };
    const options = { kind, attributes: all, ...(startTime === undefined ? {} : { startTime }) };
    // Span processors may ask for the active context: they shall not be answered with the span that is being made.
    const span = context.with(parent, () => outlet.tracer.startSpan(name, options, parent));
    this.#outlet = outlet;
    this.#span = new OpenSpan(span, all, outlet.diag);
    this.#inherited = { ...above?.inherited, ...inherited };
    this.#parent = parent;
    this.#startTime = startTime ?? Date.now();
    this.#name = name;
  }

  get inherited(): Attributes {
    return this.#inherited;
  }

  /** A context that is in this span already, perhaps in one of the application's inside it, is left as it is. */
  within(base: Context): Context {
    if (base.getValue(HERE) === this) return base;
    return trace.setSpan(setAttributes(base, this.#inherited), this.#span.span).setValue(HERE, this);
  }

  end({ description, failure, attributes, content, spanData, time }: Ending): void {
    if (this.#span.ended) return;
    if (this.#span.isRecording) {
      if (description) this.#span.tell(() => this.#describe(description));
      if (attributes) this.#span.tell(() => this.#span.add(attributes));
      if (failure) this.#span.tell(() => this.#span.fail(failure));
      if (content) this.#span.tell(() => this.#emit(content));
      if (spanData !== undefined) this.#span.tell(() => this.#hook(spanData));
    }
    this.#span.end(time === undefined ? undefined : Math.max(time, this.#startTime));
  }

  /** Part of the data comes while a span is under way: whom was handed off to, whether a guardrail was triggered. */
  #describe({ name, attributes }: Description): void {
    if (name !== this.#name) this.#span.span.updateName(name);
    this.#name = name;
    this.#span.add(attributes);
  }

  #emit(read: () => Content | undefined): void {
    const { settings } = this.#outlet;
    if (!capturesContent(settings)) return;
    const content = read();
    if (!content) return;
    const operation = this.#name.split(' ', 1)[0] ?? this.#name;
    let released: Content | undefined;
    this.#span.tell(() => {
      released = releaseContent(content, this.#span.span, operation, settings);
    });
    emitContent(released, this.#span, this.within(this.#parent), this.#outlet);
  }

  #hook(spanData: unknown): void {
    const { spanHook } = this.#outlet.settings;
    if (!spanHook) return;
    callHook(
      () => spanHook(this.#span.span, { spanData }),
      (fault) => this.#span.report(fault),
    );
  }
}
