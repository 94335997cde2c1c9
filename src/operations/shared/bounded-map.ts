import { MAX_LISTED } from '../operation.js';

/** Gets or creates the entry of a key. `undefined` if the map is full. */
export function entry<K, T>(entries: Map<K, T>, key: K, make: () => T): T | undefined {
  let found = entries.get(key);
  if (!found && entries.size < MAX_LISTED) {
    found = make();
    entries.set(key, found);
  }
  return found;
}
