import type { SocketWatcher } from './socket-watcher.js';

/** Called when a session begins, with the object of the SDK. Returns nothing if the session is not to be watched. */
export type BeginSession = (owner: object) => SocketWatcher | undefined;

const claimsOfClasses = new WeakMap<object, ClassClaims>();

/** Who wants to watch the objects of a class. The newest is asked first, because an older instance may be left over. */
export class ClassClaims {
  readonly #claims = new Map<object, BeginSession>();

  /** @returns the claims if they are the first on this prototype, which then has to be patched */
  static add(prototype: object, claimant: object, begin: BeginSession): ClassClaims | undefined {
    const existing = claimsOfClasses.get(prototype);
    const claims = existing ?? new ClassClaims();
    claims.#claims.set(claimant, begin);
    claimsOfClasses.set(prototype, claims);
    return existing ? undefined : claims;
  }

  begin(owner: object): SocketWatcher | undefined {
    for (const begin of [...this.#claims.values()].reverse()) {
      const watcher = begin(owner);
      if (watcher) return watcher;
    }
    return undefined;
  }
}
