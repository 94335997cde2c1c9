import type { Context } from '@opentelemetry/api';

/**
 * An OpenTelemetry context that delegates each access to another context, which it chooses anew each time. `setValue` returns an
 * ordinary context, which does not change.
 */
export abstract class LazyContext implements Context {
  /** Returns the context to delegate to now. It can be lazy too. */
  abstract resolve(): Context;

  getValue(key: symbol): unknown {
    return this.resolve().getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.resolve().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.resolve().deleteValue(key);
  }
}

/** Resolves lazy contexts until the result is an ordinary context. */
export function ordinary(context: Context): Context {
  let resolved = context;
  while (resolved instanceof LazyContext) resolved = resolved.resolve();
  return resolved;
}
