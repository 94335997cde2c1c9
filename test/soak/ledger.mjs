/** Holds what the application saw of each call against what its span says. What agrees is forgotten. */
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
    const unsaid = [...this.#seen].map(([id, outcome]) => `${id}: ${outcome}, and no span`);
    const unseen = [...this.#told].map(([id, outcome]) => `${id}: a span says ${outcome}, the application nothing`);
    return [...this.#mismatches, ...unsaid, ...unseen, ...[...this.#open].map((id) => `${id}: still open`)];
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
