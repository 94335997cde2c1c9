import { count, fieldsOf, listOf, text } from '../read.js';
import type { Assembly } from './operation.js';
import { entry } from './shared/bounded-map.js';
import { CompletionHead } from './shared/completion-head.js';
import { TextAccumulator } from './shared/text-accumulator.js';

interface ChoiceAccumulator {
  readonly text: TextAccumulator;
  finishReason: string | undefined;
}

/** Assembles the chunks of a streamed text completion into choices, by the `index` of each choice. */
export class CompletionAssembly implements Assembly {
  readonly #textLimit: number;
  readonly #head = new CompletionHead();
  readonly #choices = new Map<number, ChoiceAccumulator>();

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
  }

  add(chunk: unknown): void {
    const fields = fieldsOf(chunk);
    this.#head.add(fields);
    listOf(fields.choices).forEach((choice, position) => {
      const { index, text: piece, finish_reason } = fieldsOf(choice);
      const accumulator = entry(this.#choices, count(index) ?? position, () => this.#nothing());
      if (!accumulator) return;
      accumulator.text.add(piece);
      accumulator.finishReason = text(finish_reason) ?? accumulator.finishReason;
    });
  }

  body(): unknown {
    const choices = [...this.#choices.entries()]
      .sort(([a], [b]) => a - b)
      .map(([index, { text, finishReason }]) => ({ index, text: text.value, finish_reason: finishReason }));
    return { ...this.#head.body(), choices };
  }

  #nothing(): ChoiceAccumulator {
    return { text: new TextAccumulator(this.#textLimit), finishReason: undefined };
  }
}
