import type { Watcher } from './watcher.js';

type Listener = Pick<Watcher, 'onAbandoned'>;

/**
 * Connects a target to its listener. `release` empties it, because the registry keeps its records until a full garbage collection.
 */
interface Registration {
  listener: Listener | undefined;
  /** Set until the target is registered. */
  target: object | undefined;
}

/** Two turns of the microtask queue: by then, an `await` has called `then` on what it awaits. */
const SOON = Promise.resolve();
const nothing = () => {};

/**
 * Detects promises that were never awaited and streams that were never read to their end, when they are garbage-collected.
 * A listener must not hold its target, or the target is never collected.
 *
 * A `FinalizationRegistry` makes garbage collection expensive: it can cost more than everything else that is done for a
 * small call. Most promises are awaited at once, so they are released before they are registered.
 */
export class AbandonmentTracker {
  readonly #registry = new FinalizationRegistry<Registration>(({ listener }) => {
    if (!listener) return;
    this.#registrations.delete(listener);
    listener.onAbandoned();
  });
  readonly #registrations = new Map<Listener, Registration>();
  #pending: Registration[] = [];

  /** Calls `listener` when `target` is garbage-collected. Replaces the listener's earlier target. */
  follow(target: object, listener: Listener): void {
    this.release(listener);
    const registration: Registration = { listener, target };
    this.#registrations.set(listener, registration);
    if (this.#pending.push(registration) === 1) void SOON.then(nothing).then(this.#register);
  }

  /** Stops following the target of `listener`. */
  release(listener: Listener): void {
    const registration = this.#registrations.get(listener);
    if (!registration) return;
    this.#registrations.delete(listener);
    if (!registration.target) this.#registry.unregister(registration);
    registration.listener = undefined;
    registration.target = undefined;
  }

  readonly #register = (): void => {
    for (const registration of this.#pending) {
      const { target } = registration;
      registration.target = undefined;
      if (target) this.#registry.register(target, registration, registration);
    }
    this.#pending = [];
  };
}
