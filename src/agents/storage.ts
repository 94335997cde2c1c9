import type { Context } from '@opentelemetry/api';
import { runIn } from '../active-context.js';
import { isObject } from '../read.js';

/**
 * The storage in which the Agents SDK keeps its current trace and span: an `AsyncLocalStorage`, or an object with these
 * methods (agents-core 0.3.8 to 0.20, `dist/tracing/context.mjs`).
 */
export interface ContextStorage {
  run<T>(store: unknown, work: () => T): T;
  getStore(): unknown;
  enterWith(store: unknown): void;
}

/** One call of `storage.run(store, work)`. */
export interface EnteredScope {
  /** The OpenTelemetry context that `work` runs in. */
  readonly context: Context;
  /** Called in that context, before `work` runs. */
  onEntered(): void;
  /** Called with the result of `work`. Returns what is returned in place of it: the same, or a promise that settles alike. */
  onReturn<T>(result: T): T;
  /** Called if `work` throws. */
  onThrow(error: unknown): void;
}

/** Receives the calls of the SDK to its storage. The methods must not throw. */
export interface StorageObserver {
  /**
   * Called before `work` runs.
   * @param outer the store that is current now
   * @returns `undefined` to leave the OpenTelemetry context as it is
   */
  onRun(store: object, outer: unknown): EnteredScope | undefined;
  /**
   * Called after `enterWith`. The SDK changes its stores in place and then sets them again.
   * @param left the store that was current before
   */
  onEnterWith(left: unknown): void;
  /** Whether the store is part of a run that it follows, and that has not ended. */
  follows(store: unknown): boolean;
}

/** Replaces the storage of the Agents SDK. It passes every call on, and runs `work` in an OpenTelemetry context. */
export class TracingStorage implements ContextStorage {
  readonly inner: ContextStorage;
  readonly #observer: StorageObserver;
  #reads = 0;

  constructor(inner: ContextStorage, observer: StorageObserver) {
    this.inner = inner;
    this.#observer = observer;
  }

  /** Number of calls of `getStore`. Shows whether a copy of the SDK uses this storage. */
  get reads(): number {
    return this.#reads;
  }

  run<T>(store: unknown, work: () => T): T {
    const scope = isObject(store) ? this.#observer.onRun(store, this.inner.getStore()) : undefined;
    if (!scope) return this.inner.run(store, work);
    let result: T;
    try {
      result = runIn(scope.context, () => {
        scope.onEntered();
        return this.inner.run(store, work);
      });
    } catch (error) {
      scope.onThrow(error);
      throw error;
    }
    return scope.onReturn(result);
  }

  getStore(): unknown {
    this.#reads++;
    return this.inner.getStore();
  }

  enterWith(store: unknown): void {
    const left = this.inner.getStore();
    this.inner.enterWith(store);
    this.#observer.onEnterWith(left);
  }
}
