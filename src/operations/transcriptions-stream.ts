import { fieldsOf } from '../read.js';
import type { Assembly } from './operation.js';
import { TextAccumulator } from './shared/text-accumulator.js';

/** Assembles a streamed transcription. The last event repeats the whole text and has the usage. */
export class TranscriptionAssembly implements Assembly {
  readonly #pieces: TextAccumulator;
  readonly #whole: TextAccumulator;
  #usage: unknown;

  constructor(textLimit: number) {
    this.#pieces = new TextAccumulator(textLimit);
    this.#whole = new TextAccumulator(textLimit);
  }

  add(event: unknown): void {
    const { type, delta, text, usage } = fieldsOf(event);
    if (type === 'transcript.text.delta') this.#pieces.add(delta);
    if (type !== 'transcript.text.done') return;
    this.#whole.add(text);
    this.#usage = usage;
  }

  body(): unknown {
    const whole = this.#whole.value;
    if (whole === undefined) return { text: this.#pieces.value, cut_off: true };
    return { text: whole, usage: this.#usage };
  }
}
