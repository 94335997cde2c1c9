/** Concatenates text deltas up to a limit. */
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
    // One character more than the limit marks the text as cut.
    const room = this.#limit === 0 ? 0 : this.#limit + 1 - this.#kept.length;
    if (room > 0) this.#kept += piece.slice(0, room);
  }

  /** `undefined` if there was no text. With limit 0, `…` stands for a text that is not kept. */
  get value(): string | undefined {
    if (!this.#began) return undefined;
    return this.#limit === 0 ? '…' : this.#kept;
  }
}
