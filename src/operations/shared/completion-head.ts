import { known } from '../../known.js';
import { type Fields, text } from '../../read.js';
import { laterUsage } from './token-usage.js';

/** What the chunks of a completion say of all of it: each repeats its id and model, and the last has the usage. */
export class CompletionHead {
  #id: string | undefined;
  #model: string | undefined;
  #serviceTier: string | undefined;
  #fingerprint: string | undefined;
  #usage: Fields | undefined;

  add(chunk: Fields): void {
    this.#id = text(chunk.id) ?? this.#id;
    this.#model = text(chunk.model) ?? this.#model;
    this.#serviceTier = text(chunk.service_tier) ?? this.#serviceTier;
    this.#fingerprint = text(chunk.system_fingerprint) ?? this.#fingerprint;
    this.#usage = laterUsage(this.#usage, chunk);
  }

  /** The fields of a body without its choices. */
  body() {
    return known({
      id: this.#id,
      model: this.#model,
      service_tier: this.#serviceTier,
      system_fingerprint: this.#fingerprint,
      usage: this.#usage,
    });
  }
}
