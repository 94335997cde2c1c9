import type { Method } from '../patching/patch-method.js';

/** Of a property of the object's own; one that is not is none. */
const isEnumerable = Object.prototype.propertyIsEnumerable;

/**
 * Gives one object methods of its own in place of those it has or inherits; one that it lacks, it goes on lacking. An own
 * property keeps its enumerability, a new one is hidden, and a method keeps the name and length it shows: so the object
 * still lists, prints and copies as before.
 */
export function override<T extends object>(target: T, methods: Partial<T>): void {
  for (const name in methods) {
    if (!Object.hasOwn(methods, name)) continue;
    const method = methods[name] as Method;
    const replaced = target[name] as Method | undefined;
    if (!replaced) continue;
    showAs(method, 'name', replaced.name);
    showAs(method, 'length', replaced.length);
    const enumerable = isEnumerable.call(target, name);
    Object.defineProperty(target, name, { value: method, enumerable, writable: true, configurable: true });
  }
}

function showAs(method: Method, property: 'name' | 'length', value: unknown): void {
  if (method[property] !== value) Object.defineProperty(method, property, { value, configurable: true });
}
