import type { Attributes } from '@opentelemetry/api';

/** All that several sets of attributes know. A later one wins, except where it says `undefined`: that is not known. */
export function merge(...sets: readonly (Attributes | undefined)[]): Attributes {
  const merged: Attributes = {};
  for (const set of sets) {
    for (const name in set) {
      if (!Object.hasOwn(set, name)) continue;
      const value = set[name];
      if (value !== undefined) merged[name] = value;
    }
  }
  return merged;
}
