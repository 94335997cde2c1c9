type Known<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The entries whose value is known. */
export function known<T extends object>(values: T): Known<T> {
  return merge(values as Readonly<Record<string, unknown>>) as Known<T>;
}

/** All that several objects know. A later one wins, except where it says `undefined`: that is not known. */
export function merge<V>(...sets: readonly (Readonly<Record<string, V | undefined>> | undefined)[]): Record<string, V> {
  const merged: Record<string, V> = {};
  for (const set of sets) {
    for (const name in set) {
      if (!Object.hasOwn(set, name)) continue;
      const value = set[name];
      if (value !== undefined) merged[name] = value;
    }
  }
  return merged;
}
