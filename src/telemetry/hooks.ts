import { isThenable } from '../read.js';

/** Calls a hook of the user's. It may throw, or be an async function that rejects later: neither reaches the application. */
export function callHook<T>(hook: () => T, onFault: (fault: unknown) => void): T | undefined {
  try {
    const result = hook();
    if (isThenable(result)) result.then(undefined, onFault);
    return result;
  } catch (fault) {
    onFault(fault);
    return undefined;
  }
}
