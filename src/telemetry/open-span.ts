import { type Attributes, type DiagLogger, type Span, SpanStatusCode, type TimeInput } from '@opentelemetry/api';
import { known } from '../known.js';
import * as semconv from '../semconv.js';
import { report } from './attempt.js';
import type { ErrorDescription } from './errors.js';
import { shortLabels } from './labels.js';

/** A span under way. It ends once, and what goes wrong in telling of it is reported once and goes no further. */
export class OpenSpan {
  readonly span: Span;
  /** All that the span carries. */
  readonly attributes: Attributes;
  readonly isRecording: boolean;
  readonly #diag: DiagLogger;
  #failed = false;
  #ended = false;
  #faulty = false;

  /** @param attributes those the span was started with; they become this object's own */
  constructor(span: Span, attributes: Attributes, diag: DiagLogger) {
    this.span = span;
    this.attributes = attributes;
    this.isRecording = span.isRecording();
    this.#diag = diag;
  }

  get failed(): boolean {
    return this.#failed;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Does something that adds to the span, if it is still open. */
  tell(work: () => void): void {
    if (this.#ended) return;
    try {
      work();
    } catch (fault) {
      this.report(fault);
    }
  }

  add(attributes: Attributes): void {
    const labels = shortLabels(attributes);
    Object.assign(this.attributes, labels);
    this.span.setAttributes(labels);
  }

  fail({ message, attributes, exception }: ErrorDescription): void {
    this.#failed = true;
    this.add(attributes);
    this.span.addEvent(semconv.EVENT_EXCEPTION, exception);
    this.span.setStatus(known({ code: SpanStatusCode.ERROR, message }));
  }

  /** @param time when it ended, if that was not now */
  end(time?: TimeInput): void {
    this.tell(() => this.span.end(time));
    this.#ended = true;
  }

  /** Where one thing fails, more will: the first says it all. */
  report(fault: unknown): void {
    if (!this.#faulty) report(this.#diag, fault);
    this.#faulty = true;
  }
}
