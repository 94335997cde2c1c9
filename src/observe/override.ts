/**
 * Gives one object a method of its own in place of the one it has or inherits. An own property keeps its enumerability
 * and the name of its function; a new one is hidden: so the object still lists, prints and copies as before.
 */
export function override<T extends object, K extends keyof T & string>(target: T, name: K, value: T[K]): void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  if (typeof own?.value === 'function' && typeof value === 'function') {
    Object.defineProperty(value, 'name', { value: own.value.name, configurable: true });
  }
  Object.defineProperty(target, name, {
    value,
    enumerable: own?.enumerable ?? false,
    writable: true,
    configurable: true,
  });
}
