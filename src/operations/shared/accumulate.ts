import type { Fields } from '../../read.js';
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

/** Takes over the values that are known. */
export function replaceKnown(target: Record<string, unknown>, values: Fields): void {
  for (const key in values) {
    if (values[key] !== undefined) target[key] = values[key];
  }
}
