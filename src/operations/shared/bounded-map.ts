import { MAX_LISTED } from '../operation.js';

/** The entry of a key in what was put together so far, made if there is room for another. */
export function entry<K, T>(entries: Map<K, T>, key: K, make: () => T): T | undefined {
  let found = entries.get(key);
  if (!found && entries.size < MAX_LISTED) {
    found = make();
    entries.set(key, found);
  }
  return found;
}
