import { type Context, ROOT_CONTEXT, type Span, type SpanContext, trace } from '@opentelemetry/api';
import { SPAN } from '../context-keys.js';

/** A value of a context. */
export interface ContextEntry {
  readonly key: symbol;
  readonly value: unknown;
}

/**
 * The context of an open span. Sockets, timers and errors that are created in a context keep it alive for as long as they
 * live. So after the end of the span this context no longer holds the span and its own value, only the span's ids. Spans
 * that start in it later still become children.
 *
 * It holds its values itself, because each `setValue` of a context copies all values.
 */
export class OpenContext implements Context {
  readonly #parent: Context;
  /** After the end only the ids of the span. */
  #span: Span | SpanContext;
  #entry: ContextEntry | undefined;

  /** @param entry a value that it has until the span ends */
  constructor(parent: Context, span: Span, entry: ContextEntry | undefined) {
    this.#parent = isOrdinary(parent) ? parent : parent.deleteValue(SPAN);
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

  setValue(key: symbol, value: unknown): Context {
    return this.#copy().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#copy().deleteValue(key);
  }

  #copy(): Context {
    const copy = this.#parent.setValue(SPAN, this.getValue(SPAN));
    return this.#entry ? copy.setValue(this.#entry.key, this.#entry.value) : copy;
  }
}

/** Whether the values of a context stay as they are. Those of other classes, as in an agent run, can change: they are copied. */
function isOrdinary(context: Context): boolean {
  return context instanceof OpenContext || context.constructor === ROOT_CONTEXT.constructor;
}

function isOpen(span: Span | SpanContext): span is Span {
  return 'spanContext' in span;
}
