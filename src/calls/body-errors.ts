import type { Claimant } from '../claims.js';
import type { Method, Replacement } from '../method.js';
import { follow } from '../observe/follow.js';
import { patchMethod } from '../patching/patch-method.js';
import { CallHandle } from './call-handle.js';

/**
 * Reports errors to a call that are thrown while its parameters are serialized: by `toJSON`, getters, circular objects, and values that
 * a form cannot contain. Such an error can quote content, and cannot be recognized by its class.
 *
 * @param client the prototype of the client class (SDK v4 `core.ts`, v5 to v7 `client.ts`)
 */
export function watchBodies(client: unknown, claimant: Claimant): void {
  // SDK v4 has no `buildBody`.
  const { found } = patchMethod(client, 'buildBody', claimant, watchThrown);
  if (!found) patchMethod(client, 'buildRequest', claimant, watchThrown);
  patchMethod(client, 'makeRequest', claimant, watchOptions);
}

function watchThrown(original: Method): Replacement {
  return (self, args) => {
    try {
      return original.apply(self, args);
    } catch (error) {
      CallHandle.current()?.onBodyFailed(error);
      throw error;
    }
  };
}

/** The options are a promise if the SDK serializes parameters asynchronously: forms, and everything in v7. The SDK awaits it. */
function watchOptions(original: Method): Replacement {
  return (self, args) => {
    const [options, ...rest] = args;
    const call = options instanceof Promise ? CallHandle.current() : undefined;
    if (!call) return original.apply(self, args);
    const followed = follow(options as Promise<unknown>, {
      onFulfilled() {},
      onRejected: (error) => call.onBodyFailed(error),
    });
    return original.call(self, followed, ...rest);
  };
}
