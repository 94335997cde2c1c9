import type { Context } from '@opentelemetry/api';
import { LAZY_CONTEXT, SPAN } from '../context-keys.js';
import { isObject } from '../read.js';

/**
 * An OpenTelemetry context that delegates each access to another context, which it chooses anew each time. A context that is derived
 * from it does the same, unless it has a span of its own: context managers add values of their own when they make a context active.
 */
export abstract class LazyContext implements Context {
  /** The object itself, where `this` is a proxy or has it as its prototype. */
  protected readonly _self = this;

  /** Returns the context to delegate to now. It can be lazy too. */
  abstract resolve(): Context;

  /** The lazy context that this one is derived from. */
  get origin(): LazyContext {
    return this._self;
  }

  /** The values that this one has beside those of its origin, on top of another context. */
  on(context: Context): Context {
    return context;
  }

  getValue(key: symbol): unknown {
    return key === LAZY_CONTEXT ? this._self : this.resolve().getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === SPAN) return ordinary(this).setValue(key, value);
    return new DerivedLazyContext(this._self, new Map([[key, value]]));
  }

  deleteValue(key: symbol): Context {
    return this.setValue(key, undefined);
  }
}

class DerivedLazyContext extends LazyContext {
  private readonly _origin: LazyContext;
  private readonly _values: ReadonlyMap<symbol, unknown>;

  constructor(origin: LazyContext, values: ReadonlyMap<symbol, unknown>) {
    super();
    this._origin = origin;
    this._values = values;
  }

  override get origin(): LazyContext {
    return this._origin;
  }

  override resolve(): Context {
    return this.on(ordinary(this.origin));
  }

  override on(context: Context): Context {
    let on = context;
    for (const [key, value] of this._values) on = on.setValue(key, value);
    return on;
  }

  override getValue(key: symbol): unknown {
    if (key === LAZY_CONTEXT) return this._self;
    return this._values.has(key) ? this._values.get(key) : this.origin.getValue(key);
  }

  override setValue(key: symbol, value: unknown): Context {
    if (key === SPAN) return super.setValue(key, value);
    return new DerivedLazyContext(this.origin, new Map(this._values).set(key, value));
  }
}

/** The lazy context that a context is derived from. It can be of another copy of this package. */
function lazyOf(context: Context): Pick<LazyContext, 'resolve'> | undefined {
  const lazy = context.getValue(LAZY_CONTEXT);
  return isObject(lazy) && typeof lazy.resolve === 'function' ? (lazy as object as LazyContext) : undefined;
}

/** Resolves lazy contexts until the result is an ordinary context. */
export function ordinary(context: Context): Context {
  let resolved = context;
  for (let lazy = lazyOf(resolved); lazy; lazy = lazyOf(resolved)) resolved = lazy.resolve();
  return resolved;
}

/** Whether a context is the lazy one, or that with some other values. */
export function isDerivedFrom(context: Context, origin: LazyContext): boolean {
  const lazy = lazyOf(context);
  return lazy instanceof LazyContext && lazy.origin === origin;
}

/**
 * The ordinary context that a context would be if its origin led to `ground` now.
 * @param origin if the context has another one, it is resolved as it is
 */
export function ordinaryOn(context: Context, origin: LazyContext, ground: Context): Context {
  const lazy = lazyOf(context);
  return ordinary(lazy instanceof LazyContext && lazy.origin === origin ? lazy.on(ground) : context);
}
