import { type Method, mimic } from '../../method.js';

/**
 * Gives a prototype a method of its own that it has inherited. The method of the base class is left alone, because other
 * classes share it. A prototype without the method stays without it.
 */
export function shadow(prototype: object, name: string, wrap: (original: Method) => Method): void {
  const current: unknown = Reflect.get(prototype, name);
  if (!isMethod(current)) return;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  const own: Method | undefined = descriptor?.value;
  const base: Record<string, Method> = Object.getPrototypeOf(prototype);
  // Looked up each time: somebody can patch it later.
  const inherited: Method = function (...args) {
    return base[name]?.apply(this, args);
  };
  const patched = wrap(own ?? inherited);
  mimic(patched, current);
  const enumerable = descriptor?.enumerable ?? isListed(base, name);
  if (!descriptor && enumerable) keepOrder(prototype, name);
  Object.defineProperty(prototype, name, { value: patched, enumerable, writable: true, configurable: true });
}

/** Whether `for…in` lists the property. */
function isListed(object: object, name: string): boolean {
  for (const key in object) if (key === name) return true;
  return false;
}

/**
 * `for…in` lists what a prototype has before what it inherits. The methods that are listed before `name` become properties
 * of the prototype too, so that the order stays as it was. Those of `EventEmitter` are enumerable.
 */
function keepOrder(prototype: object, name: string): void {
  for (const key in Object.getPrototypeOf(prototype)) {
    if (key === name) return;
    const value: unknown = Reflect.get(prototype, key);
    if (typeof value !== 'function' || Object.hasOwn(prototype, key)) continue;
    Object.defineProperty(prototype, key, { value, enumerable: true, writable: true, configurable: true });
  }
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function';
}
