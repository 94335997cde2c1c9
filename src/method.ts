/** A method as the SDK declares it: called on a resource, a client, a promise or a stream. */
export type Method = (this: object, ...args: unknown[]) => unknown;

/** What is called in place of a method, with its `this` and its arguments. */
export type Replacement = (self: object, args: unknown[]) => unknown;

/** Gives `method` the name and the length of the function that it replaces, so that it prints and reflects like that one. */
export function mimic(method: Method, replaced: Method): void {
  copyProperty(method, 'name', replaced.name);
  copyProperty(method, 'length', replaced.length);
}

function copyProperty(method: Method, property: 'name' | 'length', value: unknown): void {
  if (method[property] !== value) Object.defineProperty(method, property, { value, configurable: true });
}
