type Known<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The entries whose value is known. */
export function known<T extends object>(values: T): Known<T> {
  const result: Record<string, unknown> = {};
  for (const name in values) {
    if (Object.hasOwn(values, name) && values[name] !== undefined) result[name] = values[name];
  }
  return result as Known<T>;
}
