import { type Context, ROOT_CONTEXT, type Span, type SpanContext, trace } from '@opentelemetry/api';
import { SPAN } from '../context-keys.js';

/** A value of a context. */
export interface ContextEntry {
  readonly key: symbol;
  readonly value: unknown;
}

/** A context that looks its values up elsewhere. What is set on it is kept beside it, because a copy of its values would hold the span. */
export abstract class DerivedContext implements Context {
  abstract getValue(key: symbol): unknown;

  /**
   * A context with the same values except for the span, and without the contexts of ended spans in between. Work can begin later
   * work in its own context, such as a tool that begins the next run, and so on for as long as the process lives.
   */
  abstract withoutSpan(): Context;

  setValue(key: symbol, value: unknown): Context {
    return new ContextInside(this, new Map([[key, value]]));
  }

  deleteValue(key: symbol): Context {
    return this.setValue(key, undefined);
  }
}

/**
 * The context of an open span. Sockets, timers and errors that are created in a context keep it alive for as long as they
 * live. So after the end of the span this context no longer holds the span and its own value, only the span's ids. Spans
 * that start in it later still become children.
 *
 * It holds its values itself, because each `setValue` of a context copies all values.
 */
export class OpenContext extends DerivedContext {
  /** Has the values other than the span. */
  #parent: Context;
  /** After the end only the ids of the span. */
  #span: Span | SpanContext;
  #entry: ContextEntry | undefined;

  /** @param entry a value that it has until the span ends */
  constructor(parent: Context, span: Span, entry: ContextEntry | undefined) {
    super();
    this.#parent = withoutSpan(parent);
    this.#span = span;
    this.#entry = entry;
  }

  close(): void {
    this.#entry = undefined;
    if (isOpen(this.#span)) this.#span = this.#span.spanContext();
  }

  getValue(key: symbol): unknown {
    if (key === SPAN) return isOpen(this.#span) ? this.#span : trace.wrapSpanContext(this.#span);
    const entry = this.#entry;
    return entry && key === entry.key ? entry.value : this.#parent.getValue(key);
  }

  withoutSpan(): Context {
    this.#parent = withoutSpan(this.#parent);
    return isOpen(this.#span) ? this : this.#parent;
  }
}

/** A context that has some values of its own, and the others of a context outside. */
export class ContextInside extends DerivedContext {
  readonly #outside: Context;
  readonly #values: ReadonlyMap<symbol, unknown>;

  constructor(outside: Context, values: ReadonlyMap<symbol, unknown>) {
    super();
    this.#outside = outside;
    this.#values = values;
  }

  getValue(key: symbol): unknown {
    return this.#values.has(key) ? this.#values.get(key) : this.#outside.getValue(key);
  }

  override setValue(key: symbol, value: unknown): Context {
    return new ContextInside(this.#outside, new Map(this.#values).set(key, value));
  }

  withoutSpan(): Context {
    const outside = withoutSpan(this.#outside);
    if (outside === this.#outside && !this.#values.has(SPAN)) return this;
    const isInside = outside instanceof ContextInside;
    const values = new Map(isInside ? [...outside.#values, ...this.#values] : this.#values);
    values.delete(SPAN);
    return new ContextInside(isInside ? outside.#outside : outside, values);
  }
}

/** Contexts of other classes are copied: those of an agent run can lead elsewhere later. */
function withoutSpan(context: Context): Context {
  if (context instanceof DerivedContext) return context.withoutSpan();
  if (context.constructor === ROOT_CONTEXT.constructor) return context;
  const copy = context.deleteValue(SPAN);
  return copy instanceof DerivedContext ? copy.withoutSpan() : copy;
}

function isOpen(span: Span | SpanContext): span is Span {
  return 'spanContext' in span;
}
