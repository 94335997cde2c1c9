/**
 * For loops over all fields of an object, which can be many. V8 knows in such a loop what this function returns, and calls
 * `Object.hasOwn` each time.
 */
export const isOwn = Object.prototype.hasOwnProperty;

type Known<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The entries of `values` that are not `undefined`. */
export function known<T extends object>(values: T): Known<T> {
  const entries: Record<string, unknown> = {};
  assignKnown(entries, values as Readonly<Record<string, unknown>>);
  return entries as Known<T>;
}

type Entries<V> = Readonly<Record<string, V | undefined>>;

/** Merges left to right; `undefined` never overwrites a value. */
export function merge<V>(...sets: readonly (Entries<V> | undefined)[]): Record<string, V> {
  const merged: Record<string, V> = {};
  for (const set of sets) assignKnown(merged, set);
  return merged;
}

/** Copies the entries of `source` that are not `undefined` to `target`. */
export function assignKnown<V>(target: Record<string, V>, source: Entries<V> | undefined): void {
  for (const name in source) {
    const value = source[name];
    if (value !== undefined && isOwn.call(source, name)) target[name] = value;
  }
}
