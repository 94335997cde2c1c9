import type { Context } from '@opentelemetry/api';
import { type Fields, fieldsOf, isObject } from '../read.js';
import { describeError, type FailureDescriber, originOf } from '../telemetry/errors.js';
import type { Run } from './run.js';
import type { Place, Scope } from './storage.js';

/** What a scope asks of those who know the runs. None of the functions may throw. */
export interface Runs {
  place(scope: RunScope, base: Context, key: symbol | undefined): Place | undefined;
  end(run: Run, how?: { readonly fail?: () => FailureDescriber }): void;
}

/** What is run with a store of the SDK's. It holds on to no more than that: a socket kept alive may hold on to it. */
export class RunScope implements Scope {
  readonly store: Fields;
  /** The run that is this scope's whole work, if it is. */
  run: Run | undefined;
  readonly #outer: RunScope | undefined;
  readonly #runs: Runs;
  /** A store made for a trace has no span at first; those of its parts do, even if it is `undefined`. */
  readonly #isForTrace: boolean;

  constructor(store: object, outer: RunScope | undefined, runs: Runs) {
    this.store = fieldsOf(store);
    this.#outer = outer;
    this.#runs = runs;
    this.#isForTrace = !Object.hasOwn(store, 'span');
  }

  isWhole(traceId: string): boolean {
    return this.#isForTrace && fieldsOf(this.store.trace).traceId === traceId;
  }

  /** The scope of the whole trace that this one is part of. */
  wholeOf(traceId: string): RunScope | undefined {
    for (let scope: RunScope | undefined = this; scope; scope = scope.#outer) {
      if (scope.isWhole(traceId)) return scope;
    }
    return undefined;
  }

  place(base: Context, key: symbol | undefined): Place | undefined {
    return this.#runs.place(this, base, key);
  }

  left(result: unknown): void {
    // The SDK awaits this promise itself: to listen to it hides no rejection (agents-core 0.3.8 to 0.20).
    if (!this.#isForTrace || !(result instanceof Promise)) return;
    result.then(
      (value) => this.#settled(value),
      (error) => this.#endRun({ fail: () => (filter) => describeError(error, originOf(error), filter) }),
    );
  }

  changed(): void {
    // A function that fails is heard of in a moment, with its error.
    if (this.run?.outcome) this.#endIfLeft();
  }

  /** A streamed run goes on after its result is there. */
  #settled(value: unknown): void {
    if (this.run && isObject(value)) this.run.outcome = new WeakRef(value);
    this.#endIfLeft();
  }

  #endIfLeft(): void {
    if (this.store.active === false) this.#endRun();
  }

  /** The SDK ends no trace whose function failed, nor one that was resumed. */
  #endRun(how?: { readonly fail: () => FailureDescriber }): void {
    if (this.run) this.#runs.end(this.run, how);
  }
}
