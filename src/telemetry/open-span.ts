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
import { shortLabels } from './labels.js';
import type { TelemetrySink } from './sink.js';

export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  /** Those of the context go before them. */
  readonly attributes: readonly Attributes[];
  readonly links?: readonly Link[] | undefined;
  /** If it was not now. */
  readonly time?: TimeInput | undefined;
  /** Whether the attributes will be asked for when they are complete, be it not for a log event. */
  readonly measured?: boolean;
}

/** A span under way. It ends once, and what goes wrong in telling of it is reported once and goes no further. */
export class OpenSpan {
  readonly span: Span;
  readonly isRecording: boolean;
  readonly #diag: TelemetrySink['diag'];
  /** If it is to be remembered. */
  readonly #allAttributes: Attributes[] | undefined;
  #failed = false;
  #ended = false;
  #faulty = false;

  constructor(start: SpanStart, parent: Context, sink: TelemetrySink<ContentSettings>) {
    const { name, kind, links, time, measured } = start;
    const attributes = merge(contextAttributes(parent), ...start.attributes);
    const options: SpanOptions = { kind, attributes };
    if (time !== undefined) options.startTime = time;
    if (links) options.links = [...links];
    this.span = sink.tracer.startSpan(name, options, parent);
    this.isRecording = this.span.isRecording();
    this.#diag = sink.diag;
    this.#allAttributes = measured || capturesAsEvent(sink.settings) ? [attributes] : undefined;
  }

  /** All that the span carries, if it was to be remembered. */
  get attributes(): Attributes | undefined {
    return this.#allAttributes && merge(...this.#allAttributes);
  }

  get failed(): boolean {
    return this.#failed;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Does something that adds to the span, if it is still open. */
  update(work: () => void): void {
    if (this.#ended) return;
    try {
      work();
    } catch (fault) {
      this.report(fault);
    }
  }

  /** @param attributes `undefined` says that a value is not known */
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

  /** @param time when it ended, if that was not now */
  end(time?: TimeInput): void {
    this.update(() => this.span.end(time));
    this.#ended = true;
  }

  /** Where one thing fails, more will: the first says it all. */
  report(fault: unknown): void {
    if (!this.#faulty) report(this.#diag, fault);
    this.#faulty = true;
  }
}
