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
  if (toJSON === undefined && isPlain(value)) return value;
  const shown = typeof toJSON === 'function' ? toJSON.call(value, String(key)) : value;
  return isObject(shown) && types.isBoxedPrimitive(shown) ? shown.valueOf() : shown;
}

/** How deep requests nest messages, parts and texts. Deeper values are copied with `asJson` when they are recorded. */
const MAX_DEPTH = 5;
/** How many fields and items of one parameter are looked at: enough for the messages and parts that are described. */
const MAX_ENTRIES = 12_000;
/** How many of all parameters together. */
const MAX_TOTAL = 2 * MAX_ENTRIES;
/** How many items of one list are looked at: more than are described. */
const MAX_ITEMS = 1_002;
/** The lists of which the end is described. Of all others it is the beginning. */
const NEWEST_LAST = new Set<string | number>(['messages', 'input', 'items', 'additional_messages', 'questions']);
/** The schemas of tools, which are copied as a whole, and what is never recorded. */
const NOT_WALKED = new Set(['parameters', 'metadata']);

/** How much more is looked at. */
interface Room {
  entries: number;
}

/**
 * Parameters as the SDK sends them. Returns the same object, unless a part of it has `toJSON` or there is too much of it. In a list
 * that is too long, `undefined` stands for what is left out.
 */
export function asSent(params: unknown): unknown {
  return isObject(params) ? sentObject(params, '', 0, { entries: MAX_TOTAL }) : params;
}

function sentObject(value: Fields, key: string | number, depth: number, room: Room): unknown {
  let shown: unknown = value;
  if (value.toJSON !== undefined || !isPlain(value)) {
    shown = asJson(value, key);
    // Other objects than plain ones, such as files and streams, are not walked through.
    if (!isObject(shown) || !isPlain(shown)) return shown;
  }
  if (depth > MAX_DEPTH) return shown;
  return Array.isArray(shown) ? sentList(shown, key, depth + 1, room) : sentFields(shown as Fields, depth + 1, room);
}

function sentList(list: readonly unknown[], key: string | number, depth: number, room: Room): readonly unknown[] {
  // Token lists can have millions of numbers.
  if (typeof list[0] === 'number') return list;
  const isNewestLast = NEWEST_LAST.has(key);
  let copy: unknown[] | undefined;
  for (let seen = 0; seen < list.length; seen++) {
    if (seen >= MAX_ITEMS || room.entries-- <= 0) return beginOrEnd(copy ?? list, isNewestLast, seen);
    const i = isNewestLast ? list.length - 1 - seen : seen;
    const item = list[i];
    if (typeof item !== 'object' || item === null) continue;
    const sent = sentObject(item as Fields, i, depth, room);
    if (sent === item) continue;
    copy ??= [...list];
    copy[i] = sent;
  }
  return copy ?? list;
}

function beginOrEnd(list: readonly unknown[], isEnd: boolean, count: number): readonly unknown[] {
  return isEnd ? [undefined, ...list.slice(list.length - count)] : [...list.slice(0, count), undefined];
}

function sentFields(fields: Fields, depth: number, room: Room): Fields {
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(fields)) {
    room.entries--;
    const field = fields[name];
    if (typeof field !== 'object' || field === null || NOT_WALKED.has(name)) continue;
    // A flood of tools leaves room for the messages.
    const inside = depth === 1 ? { entries: Math.min(MAX_ENTRIES, room.entries) } : room;
    const before = inside.entries;
    const sent = before > 0 ? sentObject(field as Fields, name, depth, inside) : undefined;
    if (inside !== room) room.entries -= before - inside.entries;
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
