/** A text that arrives in pieces, kept up to a limit. */
export class TextAccumulator {
  readonly #limit: number;
  #kept = '';
  #began = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(piece: unknown): void {
    if (typeof piece !== 'string' || piece === '') return;
    this.#began = true;
    // One more than wanted, so that it shows that something is missing.
    const room = this.#limit === 0 ? 0 : this.#limit + 1 - this.#kept.length;
    if (room > 0) this.#kept += piece.slice(0, room);
  }

  /** `undefined` if nothing came. A text of which nothing is kept still shows that it was there. */
  get value(): string | undefined {
    if (!this.#began) return undefined;
    return this.#limit === 0 ? '…' : this.#kept;
  }
}
