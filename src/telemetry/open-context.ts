import {
  type Context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { SPAN } from '../context-keys.js';
import { isObject } from '../read.js';

/** A value of a context. */
export interface ContextEntry {
  readonly key: symbol;
  readonly value: unknown;
}

/**
 * A context that looks its values up elsewhere. What is set on it is kept beside it, because a copy of its values would hold the span.
 * Its fields are not private ones of JavaScript: context managers may derive contexts with `Object.create` or a proxy.
 */
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
  private _parent: Context;
  /** After the end only the ids of the span. */
  private _span: Span | SpanContext;
  private _entry: ContextEntry | undefined;

  /** @param entry a value that it has until the span ends */
  constructor(parent: Context, span: Span, entry: ContextEntry | undefined) {
    super();
    this._parent = withoutSpan(parent);
    this._span = span;
    this._entry = entry;
  }

  close(): void {
    this._entry = undefined;
    if (!isOpen(this._span)) return;
    const ids: unknown = this._span.spanContext();
    this._span = isObject(ids) ? (ids as object as SpanContext) : INVALID_SPAN_CONTEXT;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN) return isOpen(this._span) ? this._span : trace.wrapSpanContext(this._span);
    const entry = this._entry;
    return entry && key === entry.key ? entry.value : this._parent.getValue(key);
  }

  withoutSpan(): Context {
    this._parent = withoutSpan(this._parent);
    return isOpen(this._span) ? this : this._parent;
  }
}

/** A context that has some values of its own, and the others of a context outside. */
export class ContextInside extends DerivedContext {
  private readonly _outside: Context;
  private readonly _values: ReadonlyMap<symbol, unknown>;

  constructor(outside: Context, values: ReadonlyMap<symbol, unknown>) {
    super();
    this._outside = outside;
    this._values = values;
  }

  getValue(key: symbol): unknown {
    return this._values.has(key) ? this._values.get(key) : this._outside.getValue(key);
  }

  override setValue(key: symbol, value: unknown): Context {
    return new ContextInside(this._outside, new Map(this._values).set(key, value));
  }

  withoutSpan(): Context {
    const outside = withoutSpan(this._outside);
    if (outside === this._outside && !this._values.has(SPAN)) return this;
    const isInside = outside instanceof ContextInside;
    const values = new Map(isInside ? [...outside._values, ...this._values] : this._values);
    values.delete(SPAN);
    return new ContextInside(isInside ? outside._outside : outside, values);
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
