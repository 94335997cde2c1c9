import type { Context } from '@opentelemetry/api';
import { ATTRIBUTES, RUN_SPAN, SPAN } from '../context-keys.js';
import { ContextInside } from '../telemetry/open-context.js';

/** What a place in a run consists of: its span, the attributes for spans inside, and the `RunSpan`. */
const PLACE: ReadonlySet<symbol> = new Set([SPAN, ATTRIBUTES, RUN_SPAN]);

/** A context at a place of a run, with all other values (baggage, suppressed tracing) of another context. It holds no span itself. */
export class MovedContext implements Context {
  readonly #place: Context;
  readonly #others: Context;

  constructor(place: Context, others: Context) {
    this.#place = place;
    this.#others = others;
  }

  getValue(key: symbol): unknown {
    return (PLACE.has(key) ? this.#place : this.#others).getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new ContextInside(this, new Map([[key, value]]));
  }

  deleteValue(key: symbol): Context {
    return this.setValue(key, undefined);
  }
}
