import { isObject } from '../read.js';
import type { AbandonmentListener, AbandonmentTracker } from './abandonment-tracker.js';
import type { Watcher } from './watcher.js';

/** The first of `onResult`, `onError` and `onAbandoned` ends the call. */
type ReturnWatcher = AbandonmentListener & Pick<Watcher, 'within' | 'onResult' | 'onError'>;

/**
 * Watches the result of a function whose caller awaits it. Returns what the caller has to await: the same value or promise, or a
 * promise for any other thenable. `then` of a thenable is called once, in the context of the call, because some thenables do their work
 * in `then` on each call (query builders, for example).
 */
export function watchReturned(returned: unknown, watcher: ReturnWatcher, abandonments: AbandonmentTracker): unknown {
  if (!isObject(returned)) {
    watcher.onResult(returned);
    return returned;
  }
  const promise = watcher.within(() => Promise.resolve(returned));
  abandonments.follow(promise, watcher);
  void report(promise, watcher, abandonments);
  return promise;
}

async function report(
  promise: Promise<unknown>,
  watcher: ReturnWatcher,
  abandonments: AbandonmentTracker,
): Promise<void> {
  try {
    watcher.onResult(await promise);
  } catch (error) {
    watcher.onError(error);
  }
  abandonments.release(watcher);
}
