import { types } from 'node:util';
import { isObject } from './read.js';

/**
 * What `JSON.stringify` serializes in place of a value: the result of its `toJSON`, or the primitive in a wrapper object.
 * The SDK sends requests and tool results in that form, so the own fields of an object with `toJSON` are not sent.
 *
 * @param key the property that holds the value, an index for a list
 * @throws what `toJSON` throws
 */
export function asJson(value: unknown, key: string): unknown {
  if (!isObject(value)) return value;
  const { toJSON } = value;
  const shown = typeof toJSON === 'function' ? toJSON.call(value, key) : value;
  return types.isBoxedPrimitive(shown) ? shown.valueOf() : shown;
}

/** How deep requests nest messages, parts and texts. Deeper values are copied with `asJson` when they are recorded. */
const MAX_DEPTH = 5;

/** Parameters as the SDK sends them. Returns the same object, unless a part of it has `toJSON`. */
export function asSent(value: unknown, key = '', depth = 0): unknown {
  const shown = asJson(value, key);
  if (!isObject(shown) || depth > MAX_DEPTH) return shown;
  if (Array.isArray(shown)) {
    // Token lists can have millions of numbers.
    return typeof shown[0] === 'number' ? shown : replaced(shown, shown.keys(), depth);
  }
  return isPlain(shown) ? replaced(shown, Object.keys(shown), depth) : shown;
}

function replaced(value: object, keys: Iterable<string | number>, depth: number): unknown {
  let copy: Record<string | number, unknown> | undefined;
  const fields = value as Record<string | number, unknown>;
  for (const key of keys) {
    const field = fields[key];
    const sent = typeof field === 'object' ? asSent(field, String(key), depth + 1) : field;
    if (sent === field) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>;
    copy[key] = sent;
  }
  return copy ?? value;
}

/** Other objects, such as files and streams, are not walked through. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
