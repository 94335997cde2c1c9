import type { Context } from '@opentelemetry/api';

/**
 * An OpenTelemetry context that decides on each access which other context answers. A context made from it with
 * `setValue` is an ordinary one and does not change any more.
 */
export abstract class LazyContext implements Context {
  /** The context that answers now. It can be lazy too. */
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

/** The ordinary context that a context stands for now. */
export function ordinary(context: Context): Context {
  let resolved = context;
  while (resolved instanceof LazyContext) resolved = resolved.resolve();
  return resolved;
}
