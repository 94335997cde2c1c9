import { type Method, mimic } from '../../method.js';

/**
 * Gives a prototype a method of its own that it has inherited. The method of the base class is left alone, because other
 * classes share it.
 */
export function shadow(prototype: object, name: string, wrap: (original: Method) => Method): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  const own: Method | undefined = descriptor?.value;
  const inherited: Method = function (...args) {
    return Reflect.get(Object.getPrototypeOf(prototype), name).apply(this, args);
  };
  const patched = wrap(own ?? inherited);
  mimic(patched, own ?? Reflect.get(prototype, name));
  Object.defineProperty(prototype, name, { value: patched, enumerable: false, writable: true, configurable: true });
}
