import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanKind,
  type SpanOptions,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import { type ContentSettings, capturesAsEvent } from '../config.js';
import { contextAttributes } from '../context.js';
import { report } from '../guard.js';
import { known, merge } from '../known.js';
import * as semconv from '../semconv.js';
import type { ErrorDescription } from './errors.js';
import { shortLabel, shortLabels } from './labels.js';
import { OpenContext } from './open-context.js';
import type { TelemetrySink } from './sink.js';

export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  /** Set on the span after the attributes of the context, so these win. */
  readonly attributes: readonly Attributes[];
  readonly links?: readonly Link[] | undefined;
  /** Start time; defaults to now. */
  readonly time?: TimeInput | undefined;
  /** Keep a copy of all attributes, because metrics need them. */
  readonly measured?: boolean;
}

/** An open span. It ends once. A fault in recording is logged once per span and never thrown. */
export class OpenSpan {
  readonly span: Span;
  readonly isRecording: boolean;
  /** The context in which this span is active. */
  readonly context: OpenContext;
  readonly #diag: TelemetrySink['diag'];
  /** Every set of attributes so far, if metrics or a log event need them. */
  readonly #allAttributes: Attributes[] | undefined;
  #failed = false;
  #ended = false;
  #faulty = false;

  constructor(start: SpanStart, parent: Context, sink: TelemetrySink<ContentSettings>) {
    const { kind, links, time, measured } = start;
    const attributes = merge(contextAttributes(parent), ...start.attributes.map(shortLabels));
    const options: SpanOptions = { kind, attributes };
    if (time !== undefined) options.startTime = time;
    if (links) options.links = [...links];
    this.span = sink.tracer.startSpan(shortLabel(start.name), options, parent);
    this.isRecording = this.span.isRecording();
    this.context = new OpenContext(parent, this.span);
    this.#diag = sink.diag;
    this.#allAttributes = measured || capturesAsEvent(sink.settings) ? [attributes] : undefined;
  }

  /** All attributes of the span; `undefined` if no copy is kept. */
  get attributes(): Attributes | undefined {
    return this.#allAttributes && merge(...this.#allAttributes);
  }

  get failed(): boolean {
    return this.#failed;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Runs `work`, which adds to the span, if the span has not ended. */
  update(work: () => void): void {
    if (this.#ended) return;
    try {
      work();
    } catch (fault) {
      this.report(fault);
    }
  }

  /** @param attributes entries that are `undefined` are left out */
  addAttributes(attributes: Attributes): void {
    const labels = shortLabels(attributes);
    this.#allAttributes?.push(labels);
    for (const name in labels) {
      if (!Object.hasOwn(labels, name)) continue;
      const value = labels[name];
      if (value !== undefined) this.span.setAttribute(name, value);
    }
  }

  fail({ message, attributes, exception }: ErrorDescription): void {
    this.#failed = true;
    this.addAttributes(attributes);
    this.span.addEvent(semconv.EVENT_EXCEPTION, exception);
    this.span.setStatus(known({ code: SpanStatusCode.ERROR, message }));
  }

  /** @param time end time; defaults to now */
  end(time?: TimeInput): void {
    this.update(() => this.span.end(time));
    this.update(() => this.context.close());
    this.#ended = true;
  }

  /** Logs the first fault of this span. Later ones would repeat it. */
  report(fault: unknown): void {
    if (!this.#faulty) report(this.#diag, fault);
    this.#faulty = true;
  }
}
