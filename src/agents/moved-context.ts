import type { Context } from '@opentelemetry/api';
import { ATTRIBUTES, RUN_SPAN, SPAN } from '../context-keys.js';
import { ContextInside, DerivedContext } from '../telemetry/open-context.js';

/** What a place in a run consists of: its span, the attributes for spans inside, and the `RunSpan`. */
const PLACE: ReadonlySet<symbol> = new Set([SPAN, ATTRIBUTES, RUN_SPAN]);

/** A context at a place of a run, with all other values (baggage, suppressed tracing) of another context. It holds no span itself. */
export class MovedContext extends DerivedContext {
  private readonly _place: Context;
  private readonly _others: Context;

  constructor(place: Context, others: Context) {
    super();
    this._place = place;
    this._others = others;
  }

  getValue(key: symbol): unknown {
    return (PLACE.has(key) ? this._place : this._others).getValue(key);
  }

  withoutSpan(): Context {
    const values = new Map([ATTRIBUTES, RUN_SPAN].map((key) => [key, this._place.getValue(key)]));
    return new ContextInside(this._others, values).withoutSpan();
  }
}
