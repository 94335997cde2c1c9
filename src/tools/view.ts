type Callable = (...args: unknown[]) => unknown;

/**
 * Returns a read-only view of `source` in which some values are replaced. Each read goes to `source` once, in the same
 * order. Methods run with `source` as `this`.
 *
 * The target of the proxy is an empty object: a proxy of `source` could not replace the values of frozen properties.
 *
 * @param replace called with each value that is read; returns the value that the reader gets
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
