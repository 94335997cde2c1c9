import { addClaim, type Claim, type Claimant, newestEnabled } from '../claims.js';

interface ObserverClaim<T> extends Claim {
  readonly observer: T;
}

/**
 * The instrumentations that follow a storage or the processors of the SDK. A process can create any number of them one after the
 * other, so they share what was put into the SDK. A run that begins is for the newest one that is enabled. What is done in a run is
 * for the one that follows the run, and what ends is for each of them: every one knows what it has begun.
 */
export class Observers<T> {
  readonly #claims: ObserverClaim<T>[] = [];

  add(claimant: Claimant, observer: T): void {
    if (this.#claims.every((claim) => claim.claimant !== claimant)) addClaim(this.#claims, { claimant, observer });
  }

  get newest(): T | undefined {
    return newestEnabled(this.#claims)?.observer;
  }

  get all(): readonly T[] {
    return this.#claims.map(({ observer }) => observer);
  }
}

/** The observers of an object, which every copy of this package finds. Their methods must not change. */
const OBSERVERS = Symbol.for('opentelemetry-instrumentation-openai.observers');

export function observersOf<T>(holder: object): Observers<T> | undefined {
  return Reflect.get(holder, OBSERVERS) as Observers<T> | undefined;
}

export function setObservers<T>(holder: object, observers: Observers<T>): void {
  Object.defineProperty(holder, OBSERVERS, { value: observers });
}
