/**
 * Tolerant reading of values whose shape is a promise made elsewhere: parameters, response bodies, errors.
 * What is not of the expected type reads as `undefined`, so nothing is invented and nothing throws.
 */

/** Any object, seen as its fields. */
export type Fields = Readonly<Record<string, unknown>>;

const NOTHING: Fields = Object.freeze({});

/** The fields of an object or function; none for anything else, so that a path can be read without checks. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : NOTHING;
}

export function isObject(value: unknown): value is Fields {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string that says something: an empty one reads as missing. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** An integer of zero or more, also in the decimal form in which headers carry it. */
export function count(value: unknown): number | undefined {
  const n = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof n === 'number' && Number.isSafeInteger(n) && n >= 0 ? n : undefined;
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof value.then === 'function';
}

/** The result of reading a value that a getter or a proxy may refuse: then it reads as `undefined`. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
