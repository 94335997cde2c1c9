type Callable = (...args: unknown[]) => unknown;

/**
 * An object for a reader who shall find it as it is, except for some values: everything reads through to `source`, in the
 * same order and just as often, and methods run on the source itself.
 *
 * The proxy stands on an empty object because on the source it could not replace what is frozen.
 *
 * @param replace called for each value read; returns what the reader gets
 */
export function viewOf<T extends object>(source: T, replace: (key: PropertyKey, value: unknown) => unknown): T {
  const view = new Proxy({} as T, {
    get(_, key) {
      const value = replace(key, Reflect.get(source, key));
      return isCallable(value) ? onSource(value) : value;
    },
    has: (_, key) => Reflect.has(source, key),
    ownKeys: () => Reflect.ownKeys(source),
    getOwnPropertyDescriptor(_, key) {
      const descriptor = Reflect.getOwnPropertyDescriptor(source, key);
      return descriptor && { ...descriptor, configurable: true };
    },
    getPrototypeOf: () => Reflect.getPrototypeOf(source),
  });
  const onSource = (method: Callable) =>
    new Proxy(method, {
      apply: (_, self, args) => Reflect.apply(method, self === view ? source : self, args),
    });
  return view;
}

export function isCallable(value: unknown): value is Callable {
  return typeof value === 'function';
}
