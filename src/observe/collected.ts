import type { Watcher } from './watcher.js';

/**
 * Tells watchers of what the application let go of: a promise it never awaited, a stream it never read to an end.
 * A watcher must not hold on to what it is told of, or it will never be.
 */
export class Collected {
  readonly #registry = new FinalizationRegistry<Watcher>((watcher) => watcher.onAbandoned());

  /** From now on the call's fate hangs on `target` alone. */
  follow(target: object, watcher: Watcher): void {
    this.#registry.unregister(watcher);
    this.#registry.register(target, watcher, watcher);
  }

  release(watcher: Watcher): void {
    this.#registry.unregister(watcher);
  }
}
