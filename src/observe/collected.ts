import type { Watcher } from './watcher.js';

type Follower = Pick<Watcher, 'onAbandoned'>;

/**
 * Tells watchers of what the application let go of: a promise it never awaited, a stream it never read to an end.
 * A watcher must not hold on to what it is told of, or it will never be.
 */
export class Collected {
  readonly #registry = new FinalizationRegistry<Follower>((watcher) => watcher.onAbandoned());

  /** From now on the call's fate hangs on `target` alone. */
  follow(target: object, watcher: Follower): void {
    this.#registry.unregister(watcher);
    this.#registry.register(target, watcher, watcher);
  }

  release(watcher: Follower): void {
    this.#registry.unregister(watcher);
  }
}
