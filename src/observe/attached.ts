/**
 * A constructor that returns its argument: the private fields of a subclass are then added to that object, where only the code of
 * that subclass can see them.
 */
export class ReturnArgument {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how the fields of a subclass get onto the object
    return object;
  }
}

class Carrier extends ReturnArgument {
  readonly #attached: unknown;

  constructor(object: object, attached: unknown) {
    super(object);
    this.#attached = attached;
  }

  static attachedTo(object: object): unknown {
    return #attached in object ? object.#attached : undefined;
  }
}

/**
 * Attaches a value to an object that is not ours, as a private field: only `attachedTo` can see it. A `WeakMap` would hide
 * it too, but costs more in garbage collection.
 *
 * @throws {TypeError} if a value is attached already
 */
export function attach(object: object, attached: unknown): void {
  new Carrier(object, attached);
}

export function attachedTo(object: object): unknown {
  return Carrier.attachedTo(object);
}
