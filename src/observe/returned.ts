import { isObject } from '../read.js';
import type { Collected } from './abandonment-tracker.js';
import type { Watcher } from './watcher.js';

/** The first of `onResult`, `onError` and `onAbandoned` ends the call. */
type ReturnWatcher = Pick<Watcher, 'within' | 'onResult' | 'onError' | 'onAbandoned'>;

/**
 * Watches what a function returned to a caller who awaits it. What comes back is for that caller to await: the very value
 * or promise, or a promise of any other thenable. That one is asked once, and on behalf of the call, for it may do its
 * work only then, and each time it is asked, as query builders do.
 */
export function watchReturned(returned: unknown, watcher: ReturnWatcher, collected: Collected): unknown {
  if (!isObject(returned)) {
    watcher.onResult(returned);
    return returned;
  }
  const promise = watcher.within(() => Promise.resolve(returned));
  collected.follow(promise, watcher);
  void tell(promise, watcher, collected);
  return promise;
}

async function tell(promise: Promise<unknown>, watcher: ReturnWatcher, collected: Collected): Promise<void> {
  try {
    watcher.onResult(await promise);
  } catch (error) {
    watcher.onError(error);
  }
  collected.release(watcher);
}
