/** Compares the outcome that the application saw of each call with the outcome on its span. Drops the pairs that agree. */
export class Ledger {
  /** @type {Map<string, string>} */
  #seen = new Map();
  /** @type {Map<string, string>} */
  #told = new Map();
  /** @type {Set<string>} */
  #open = new Set();
  /** @type {string[]} */
  #mismatches = [];
  spans = 0;

  get open() {
    return this.#open.size;
  }

  /** @param {string} id @param {string} outcome */
  saw(id, outcome) {
    this.#settle(id, outcome, this.#told, this.#seen);
  }

  /** @param {string} id */
  started(id) {
    if (this.#open.has(id)) this.#mismatches.push(`${id}: two spans`);
    this.#open.add(id);
    this.spans++;
  }

  /** @param {string} id @param {string} outcome */
  ended(id, outcome) {
    if (!this.#open.delete(id)) this.#mismatches.push(`${id}: ended twice`);
    this.#settle(id, outcome, this.#seen, this.#told);
  }

  mismatches() {
    const withoutSpan = [...this.#seen].map(([id, outcome]) => `${id}: ${outcome}, but no span`);
    const withoutCall = [...this.#told].map(([id, outcome]) => `${id}: its span says ${outcome}, but no call ended`);
    return [...this.#mismatches, ...withoutSpan, ...withoutCall, ...[...this.#open].map((id) => `${id}: still open`)];
  }

  /**
   * @param {string} id
   * @param {string} outcome
   * @param {Map<string, string>} others
   * @param {Map<string, string>} own
   */
  #settle(id, outcome, others, own) {
    const other = others.get(id);
    if (other === undefined) {
      own.set(id, outcome);
      return;
    }
    others.delete(id);
    if (other !== outcome) this.#mismatches.push(`${id}: ${other} and ${outcome}`);
  }
}
