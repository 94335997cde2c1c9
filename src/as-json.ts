import { types } from 'node:util';
import { type Fields, isObject } from './read.js';

/**
 * What `JSON.stringify` serializes in place of a value: the result of its `toJSON`, or the primitive in a wrapper object.
 * The SDK sends requests and tool results in that form, so the own fields of an object with `toJSON` are not sent.
 *
 * @param key the property that holds the value, an index for a list
 * @throws what `toJSON` throws
 */
export function asJson(value: unknown, key: string | number): unknown {
  if (!isObject(value)) return value;
  const { toJSON } = value;
  const shown = typeof toJSON === 'function' ? toJSON.call(value, String(key)) : value;
  return isObject(shown) && !isPlain(shown) && types.isBoxedPrimitive(shown) ? shown.valueOf() : shown;
}

/** How deep requests nest messages, parts and texts. Deeper values are copied with `asJson` when they are recorded. */
const MAX_DEPTH = 5;

/** Parameters as the SDK sends them. Returns the same object, unless a part of it has `toJSON`. */
export function asSent(value: unknown, key: string | number = '', depth = 0): unknown {
  const shown = asJson(value, key);
  // Other objects than plain ones, such as files and streams, are not walked through.
  if (!isObject(shown) || depth > MAX_DEPTH || !isPlain(shown)) return shown;
  return Array.isArray(shown) ? listAsSent(shown, depth + 1) : fieldsAsSent(shown, depth + 1);
}

function listAsSent(list: readonly unknown[], depth: number): readonly unknown[] {
  // Token lists can have millions of numbers.
  if (typeof list[0] === 'number') return list;
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (typeof item !== 'object' || item === null) continue;
    const sent = asSent(item, i, depth);
    if (sent === item) continue;
    copy ??= [...list];
    copy[i] = sent;
  }
  return copy ?? list;
}

function fieldsAsSent(fields: Fields, depth: number): Fields {
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    if (typeof field !== 'object' || field === null) continue;
    const sent = asSent(field, name, depth);
    if (sent === field) continue;
    copy ??= { ...fields };
    copy[name] = sent;
  }
  return copy ?? fields;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}
