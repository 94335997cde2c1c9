/** An instrumentation that wants to trace something that several instances can trace. */
export interface Claimant {
  isEnabled(): boolean;
}

export interface Claim {
  readonly claimant: Claimant;
}

/**
 * How many disabled claimants are remembered, in case they are enabled again. A process that restarts its telemetry leaves
 * one behind each time.
 */
const MAX_DISABLED = 16;

/** Adds the newest claim, and drops those of the claimants that were disabled first if there are too many. */
export function addClaim<T extends Claim>(claims: T[], claim: T): void {
  claims.push(claim);
  const disabled = claims.filter(({ claimant }) => !claimant.isEnabled());
  for (const dropped of disabled.slice(0, -MAX_DISABLED)) claims.splice(claims.indexOf(dropped), 1);
}

/** The claim that counts. */
export function newestEnabled<T extends Claim>(claims: readonly T[]): T | undefined {
  for (let i = claims.length - 1; i >= 0; i--) {
    if (claims[i]?.claimant.isEnabled()) return claims[i];
  }
  return undefined;
}
