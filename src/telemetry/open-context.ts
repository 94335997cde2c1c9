import { type Context, type Span, type SpanContext, trace } from '@opentelemetry/api';

/**
 * The context of an open span. Sockets, timers and errors that are created in a context keep it alive for as long as they
 * live. So after the end of the span this context no longer holds the span and the added values, only the span's ids. Spans
 * that start in it later still become children.
 */
export class OpenContext implements Context {
  readonly #parent: Context;
  /** The context with the span and the added values, and after the end only the ids of the span. */
  #inside: Context | SpanContext | undefined;

  constructor(parent: Context, span: Span) {
    this.#parent = parent;
    this.#inside = trace.setSpan(parent, span);
  }

  /** Adds a value, until the span ends. */
  add(key: symbol, value: unknown): void {
    if (isOpen(this.#inside)) this.#inside = this.#inside.setValue(key, value);
  }

  close(): void {
    if (isOpen(this.#inside)) this.#inside = trace.getSpanContext(this.#inside);
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
    const inside = this.#inside;
    if (isOpen(inside)) return inside;
    return inside ? trace.setSpanContext(this.#parent, inside) : this.#parent;
  }
}

function isOpen(inside: Context | SpanContext | undefined): inside is Context {
  return inside !== undefined && 'getValue' in inside;
}
