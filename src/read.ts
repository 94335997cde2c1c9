/**
 * Defensive readers for untrusted values (parameters, response bodies, errors). A wrong type reads as `undefined`.
 */

/** The fields of any object. */
export type Fields = Readonly<Record<string, unknown>>;

const NOTHING: Fields = Object.freeze({});

/** The fields of an object or function. Any other value has no fields, so a path can be read without checks. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : NOTHING;
}

export function isObject(value: unknown): value is Fields {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * What `map` returns for the first `limit` items. The results of `map` itself are of two kinds in V8, one before and one after
 * it is compiled, so that code that reads them is compiled twice.
 */
export function mapped<T, R>(list: readonly T[], limit: number, map: (item: T, position: number) => R): R[] {
  const length = Math.min(list.length, limit);
  const results = new Array<R>(length);
  for (let position = 0; position < length; position++) results[position] = map(list[position] as T, position);
  return results;
}

/** A list, or the only entry of one: some servers leave the list out. */
export function listOrOne(value: unknown): readonly unknown[] {
  return isObject(value) && !Array.isArray(value) ? [value] : listOf(value);
}

/** A string that is not empty. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A code or an id: a string, or a number as text. */
export function label(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : text(value);
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A non-negative integer, or its decimal text, as headers have it. */
export function count(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
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
