import { type Method, mimic } from '../method.js';

/** `false` for a property that is not the object's own. */
const isEnumerable = Object.prototype.propertyIsEnumerable;

/**
 * Replaces methods of one object, own or inherited, with own methods. Methods that the object does not have are not added.
 * An own property keeps its enumerability, a new one is not enumerable, and a method keeps its name and length, so the
 * object lists, prints and copies as before.
 */
export function override<T extends object>(target: T, methods: Partial<T>): void {
  for (const name in methods) {
    if (!Object.hasOwn(methods, name)) continue;
    const method = methods[name] as Method;
    const replaced = target[name] as Method | undefined;
    if (!replaced) continue;
    mimic(method, replaced);
    const enumerable = isEnumerable.call(target, name);
    Object.defineProperty(target, name, { value: method, enumerable, writable: true, configurable: true });
  }
}
