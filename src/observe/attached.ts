/** As a constructor it gives back what it was given, and so what a subclass declares private is put on that very object. */
class Itself {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the purpose of this class
    return object;
  }
}

class Carrier extends Itself {
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
 * Puts something of ours on an object of another's, where only `attachedTo` sees it: no listing, copy or proxy shows it.
 * A `WeakMap` hides as well, but what it holds the garbage collector has to work through.
 *
 * @throws {TypeError} if something is attached already
 */
export function attach(object: object, attached: unknown): void {
  new Carrier(object, attached);
}

export function attachedTo(object: object): unknown {
  return Carrier.attachedTo(object);
}
