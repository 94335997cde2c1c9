import { addClaim, type Claim, type Claimant, newestEnabled } from '../../claims.js';
import type { SocketWatcher } from './socket-watcher.js';

/** Called when a session begins, with the object of the SDK. Returns nothing if the session is not to be watched. */
export type BeginSession = (owner: object) => SocketWatcher | undefined;

interface ClassClaim extends Claim {
  readonly begin: BeginSession;
}

const claimsOfClasses = new WeakMap<object, ClassClaims>();

/** Who wants to watch the objects of a class. Only the newest that is enabled does, because an older one may be left over. */
export class ClassClaims {
  readonly #claims: ClassClaim[] = [];

  /** @returns the claims if they are the first on this prototype, which then has to be patched */
  static add(prototype: object, claimant: Claimant, begin: BeginSession): ClassClaims | undefined {
    const existing = claimsOfClasses.get(prototype);
    const claims = existing ?? new ClassClaims();
    if (claims.#claims.every((claim) => claim.claimant !== claimant)) addClaim(claims.#claims, { claimant, begin });
    claimsOfClasses.set(prototype, claims);
    return existing ? undefined : claims;
  }

  begin(owner: object): SocketWatcher | undefined {
    return newestEnabled(this.#claims)?.begin(owner);
  }
}
