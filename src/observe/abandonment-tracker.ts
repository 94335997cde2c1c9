import type { Watcher } from './watcher.js';

type Follower = Pick<Watcher, 'onAbandoned'>;

/** Who is to be told of a target. Emptied on release: the registry's own records live on until a full garbage collection. */
interface Following {
  follower: Follower | undefined;
  /** Until it is known to the registry. */
  target: object | undefined;
}

/** Two turns of the microtask queue: an `await` has by then asked for what it awaits. */
const SOON = Promise.resolve();
const nothing = () => {};

/**
 * Tells watchers of what the application let go of: a promise it never awaited, a stream it never read to an end.
 * A watcher must not hold on to what it is told of, or it will never be.
 *
 * A `FinalizationRegistry` makes garbage collection costly, more so than all else that is done for a small call. Most
 * promises are awaited at once, and never get there.
 */
export class Collected {
  readonly #registry = new FinalizationRegistry<Following>(({ follower }) => {
    if (!follower) return;
    this.#followings.delete(follower);
    follower.onAbandoned();
  });
  readonly #followings = new Map<Follower, Following>();
  #fresh: Following[] = [];

  /** From now on the call's fate hangs on `target` alone. */
  follow(target: object, follower: Follower): void {
    this.release(follower);
    const following: Following = { follower, target };
    this.#followings.set(follower, following);
    if (this.#fresh.push(following) === 1) void SOON.then(nothing).then(this.#register);
  }

  release(follower: Follower): void {
    const following = this.#followings.get(follower);
    if (!following) return;
    this.#followings.delete(follower);
    if (!following.target) this.#registry.unregister(following);
    following.follower = undefined;
    following.target = undefined;
  }

  readonly #register = (): void => {
    for (const following of this.#fresh) {
      const { target } = following;
      following.target = undefined;
      if (target) this.#registry.register(target, following, following);
    }
    this.#fresh = [];
  };
}
