import { type Context, type Span, type SpanContext, trace } from '@opentelemetry/api';

/**
 * The context of an open span. Sockets, timers and errors that are created in a context keep it alive for as long as they
 * live. So after the end of the span this context no longer holds the span and the added values, only the span's ids. Spans
 * that start in it later still become children.
 */
export class OpenContext implements Context {
  readonly #parent: Context;
  #open: Context | undefined;
  #ended: SpanContext | undefined;

  constructor(parent: Context, span: Span) {
    this.#parent = parent;
    this.#open = trace.setSpan(parent, span);
  }

  /** Adds a value, until the span ends. */
  add(key: symbol, value: unknown): void {
    this.#open = this.#open?.setValue(key, value);
  }

  close(): void {
    this.#ended = this.#open && trace.getSpanContext(this.#open);
    this.#open = undefined;
  }

  getValue(key: symbol): unknown {
    return this.#current.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#current.setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#current.deleteValue(key);
  }

  get #current(): Context {
    if (this.#open) return this.#open;
    return this.#ended ? trace.setSpanContext(this.#parent, this.#ended) : this.#parent;
  }
}
