/** Called when its target is garbage-collected. It must not hold its target, or that is never collected. */
export interface AbandonmentListener {
  onAbandoned(): void;
  /** For the tracker alone. On the listener, because a `Map` of listeners costs more. */
  registration?: Registration | undefined;
}

/**
 * Connects a target to its listener. `release` empties it, because the registry keeps its records until a full garbage collection.
 */
interface Registration {
  listener: AbandonmentListener | undefined;
  /** Set until the target is registered. */
  target: object | undefined;
  /** The one that was made before it, while both wait to be registered. */
  earlier: Registration | undefined;
}

/** Two turns of the microtask queue: by then, an `await` has called `then` on what it awaits. */
const SOON = Promise.resolve();
const nothing = () => {};

/**
 * Detects promises that were never awaited and streams that were never read to their end, when they are garbage-collected.
 *
 * A `FinalizationRegistry` makes garbage collection expensive: it can cost more than everything else that is done for a
 * small call. Most promises are awaited at once, so they are released before they are registered.
 */
export class AbandonmentTracker {
  readonly #registry = new FinalizationRegistry<Registration>(({ listener }) => {
    if (!listener) return;
    listener.registration = undefined;
    listener.onAbandoned();
  });
  /** The last one that waits to be registered. */
  #latest: Registration | undefined;

  /** Calls `listener` when `target` is garbage-collected. Replaces the listener's earlier target. */
  follow(target: object, listener: AbandonmentListener): void {
    this.release(listener);
    if (!this.#latest) void SOON.then(nothing).then(this.#register);
    this.#latest = { listener, target, earlier: this.#latest };
    listener.registration = this.#latest;
  }

  /** Stops following the target of `listener`. */
  release(listener: AbandonmentListener): void {
    const { registration } = listener;
    if (!registration) return;
    listener.registration = undefined;
    if (!registration.target) this.#registry.unregister(registration);
    registration.listener = undefined;
    registration.target = undefined;
  }

  readonly #register = (): void => {
    let registration = this.#latest;
    this.#latest = undefined;
    while (registration) {
      const { target, earlier }: Registration = registration;
      registration.target = undefined;
      registration.earlier = undefined;
      if (target) this.#registry.register(target, registration, registration);
      registration = earlier;
    }
  };
}
