import { type Context, type Span, type SpanContext, trace } from '@opentelemetry/api';

/** A value of a context. */
export interface ContextEntry {
  readonly key: symbol;
  readonly value: unknown;
}

/**
 * The context of an open span. Sockets, timers and errors that are created in a context keep it alive for as long as they
 * live. So after the end of the span this context no longer holds the span and its own value, only the span's ids. Spans
 * that start in it later still become children.
 */
export class OpenContext implements Context {
  readonly #parent: Context;
  /** The context with the span, and after the end only the ids of the span. */
  #inside: Context | SpanContext | undefined;
  #entry: ContextEntry | undefined;

  /** @param entry a value that it has until the span ends. It is kept here, because each `setValue` copies the whole context. */
  constructor(parent: Context, span: Span, entry: ContextEntry | undefined) {
    this.#parent = parent;
    this.#inside = trace.setSpan(parent, span);
    this.#entry = entry;
  }

  close(): void {
    if (isOpen(this.#inside)) this.#inside = trace.getSpanContext(this.#inside);
    this.#entry = undefined;
  }

  getValue(key: symbol): unknown {
    return key === this.#entry?.key ? this.#entry.value : this.#spanContext.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new ContextInside(this, new Map([[key, value]]));
  }

  deleteValue(key: symbol): Context {
    return this.setValue(key, undefined);
  }

  get #spanContext(): Context {
    const inside = this.#inside;
    if (isOpen(inside)) return inside;
    return inside ? trace.setSpanContext(this.#parent, inside) : this.#parent;
  }
}

/** A context that was made from that of an open span. A copy would hold the span beyond its end. */
export class ContextInside implements Context {
  readonly #outside: Context;
  readonly #values: ReadonlyMap<symbol, unknown>;

  constructor(outside: Context, values: ReadonlyMap<symbol, unknown>) {
    this.#outside = outside;
    this.#values = values;
  }

  getValue(key: symbol): unknown {
    return this.#values.has(key) ? this.#values.get(key) : this.#outside.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new ContextInside(this.#outside, new Map(this.#values).set(key, value));
  }

  deleteValue(key: symbol): Context {
    return this.setValue(key, undefined);
  }
}

function isOpen(inside: Context | SpanContext | undefined): inside is Context {
  return inside !== undefined && 'getValue' in inside;
}
