import { isObject } from '../read.js';
import type { AbandonmentListener, AbandonmentTracker } from './abandonment-tracker.js';
import { follow } from './follow.js';
import type { Watcher } from './watcher.js';

/** The first of `onResult`, `onError` and `onAbandoned` ends the call. */
type ReturnWatcher = AbandonmentListener & Pick<Watcher, 'within' | 'onResult' | 'onError'>;

/**
 * Watches the result of a function whose caller awaits it. Returns what the caller has to await: the same value, or a promise that
 * follows the promise or other thenable. `then` of a thenable is called once, in the context of the call, because some thenables do their work
 * in `then` on each call (query builders, for example).
 */
export function watchReturned(returned: unknown, watcher: ReturnWatcher, abandonments: AbandonmentTracker): unknown {
  if (!isObject(returned)) {
    watcher.onResult(returned);
    return returned;
  }
  const promise = follow(
    watcher.within(() => Promise.resolve(returned)),
    {
      onFulfilled(result) {
        watcher.onResult(result);
        abandonments.release(watcher);
      },
      onRejected(error) {
        watcher.onError(error);
        abandonments.release(watcher);
      },
    },
  );
  abandonments.follow(promise, watcher);
  return promise;
}
