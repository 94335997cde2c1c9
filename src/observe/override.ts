/**
 * Gives one object methods of its own in place of those it has or inherits; one that it lacks, it goes on lacking. An own
 * property keeps its enumerability; a new one is hidden, so that the object still lists, prints and copies as before.
 */
export function override<T extends object>(target: T, methods: Partial<T>): void {
  for (const [name, value] of Object.entries(methods)) {
    if (!(name in target)) continue;
    const enumerable = Object.getOwnPropertyDescriptor(target, name)?.enumerable ?? false;
    Object.defineProperty(target, name, { value, enumerable, writable: true, configurable: true });
  }
}
