/**
 * Gives one object a method of its own in place of the one it has or inherits. An own property keeps its enumerability;
 * a new one is hidden, so that the object still lists, prints and copies as before.
 */
export function override<T extends object, K extends keyof T & string>(target: T, name: K, value: T[K]): void {
  const enumerable = Object.getOwnPropertyDescriptor(target, name)?.enumerable ?? false;
  Object.defineProperty(target, name, { value, enumerable, writable: true, configurable: true });
}
