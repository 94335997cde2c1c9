import { type Context, context } from '@opentelemetry/api';
import { isObject } from '../read.js';

/**
 * What the Agents SDK expects of the storage that carries its current trace and span along: `AsyncLocalStorage`, or what
 * looks like it (agents-core 0.3.8 to 0.20).
 */
export interface ContextStorage {
  run<T>(store: unknown, work: () => T): T;
  getStore(): unknown;
  enterWith(store: unknown): void;
}

/** A point in a run that work can be done at. One object a point: it is told apart by identity. */
export interface Place {
  /** `base`, as the context of work done at this point. */
  within(base: Context): Context;
}

/** A function of the SDK's or the application's that is run with a store of its own. */
export interface Scope {
  /**
   * Where the run is now.
   * @param base the context the scope was entered from
   * @param key what the context is asked for; `undefined` if it is copied whole
   */
  place(base: Context, key: symbol | undefined): Place | undefined;
  /** @param result what the function returned */
  left(result: unknown): void;
  /** The SDK has said which store is the current one, perhaps this one again: what it holds may have changed. */
  changed(): void;
}

/**
 * The storage of the Agents SDK, which it is to use in place of its own, and which hands everything on to that. What is
 * run with a store runs in a context that knows where in the run it is, whatever the OpenTelemetry context manager.
 */
export class TracingStorage<S extends Scope> implements ContextStorage {
  readonly inner: ContextStorage;
  readonly #enter: (store: object, outer: S | undefined) => S | undefined;
  readonly #scopes = new WeakMap<object, S>();
  #reads = 0;

  /** @param enter makes a scope, or `undefined` where the context shall stay as it is. Must not throw */
  constructor(inner: ContextStorage, enter: (store: object, outer: S | undefined) => S | undefined) {
    this.inner = inner;
    this.#enter = enter;
  }

  /** How often anybody has read it: tells whether a copy of the SDK uses it. */
  get reads(): number {
    return this.#reads;
  }

  get scope(): S | undefined {
    const store = this.inner.getStore();
    return isObject(store) ? this.#scopes.get(store) : undefined;
  }

  run<T>(store: unknown, work: () => T): T {
    const scope = isObject(store) ? this.#enter(store, this.scope) : undefined;
    if (!scope || !isObject(store)) return this.inner.run(store, work);
    this.#scopes.set(store, scope);
    const within = new RunContext(baseOf(context.active()), scope);
    const result = context.with(within, () => this.inner.run(store, work));
    scope.left(result);
    return result;
  }

  getStore(): unknown {
    this.#reads++;
    return this.inner.getStore();
  }

  enterWith(store: unknown): void {
    const { scope } = this;
    this.inner.enterWith(store);
    scope?.changed();
  }
}

/**
 * A context that looks, each time it is asked, where the run is: the SDK changes its store in place as spans come and
 * go, and tells nobody. What is made from it (`setValue`) is an ordinary context and stays as it is.
 */
class RunContext implements Context {
  readonly base: Context;
  readonly #scope: Scope;
  #place: Place | undefined;
  #context: Context;

  constructor(base: Context, scope: Scope) {
    this.base = base;
    this.#scope = scope;
    this.#context = base;
  }

  getValue(key: symbol): unknown {
    return this.#now(key).getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#now().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#now().deleteValue(key);
  }

  #now(key?: symbol): Context {
    const place = this.#scope.place(this.base, key);
    if (place !== this.#place) {
      this.#place = place;
      this.#context = place ? place.within(this.base) : this.base;
    }
    return this.#context;
  }
}

/**
 * The ordinary context under a run's. Spans of a run are started from it: to ask for the run's own place while that is
 * being made would be to ask without end.
 */
export function baseOf(active: Context): Context {
  return active instanceof RunContext ? active.base : active;
}
