import { count, fieldsOf, isObject, listOf, text } from '../read.js';
import type { Assembly } from './operation.js';
import { entry, replaceKnown } from './shared/accumulate.js';
import { TextSoFar } from './shared/text-accumulator.js';

interface ChoiceSoFar {
  readonly text: TextSoFar;
  finishReason: string | undefined;
}

/** Puts the chunks of a text completion together, by the `index` of each choice. */
export class CompletionAssembly implements Assembly {
  readonly #textLimit: number;
  readonly #head: Record<string, unknown> = {};
  readonly #choices = new Map<number, ChoiceSoFar>();

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
  }

  add(chunk: unknown): void {
    const { id, model, system_fingerprint, usage, choices } = fieldsOf(chunk);
    replaceKnown(this.#head, {
      id: text(id),
      model: text(model),
      system_fingerprint: text(system_fingerprint),
      usage: isObject(usage) ? usage : undefined,
    });
    listOf(choices).forEach((choice, position) => {
      const { index, text: piece, finish_reason } = fieldsOf(choice);
      const soFar = entry(this.#choices, count(index) ?? position, () => this.#nothing());
      if (!soFar) return;
      soFar.text.add(piece);
      soFar.finishReason = text(finish_reason) ?? soFar.finishReason;
    });
  }

  body(): unknown {
    const choices = [...this.#choices.entries()]
      .sort(([a], [b]) => a - b)
      .map(([index, { text, finishReason }]) => ({ index, text: text.value, finish_reason: finishReason }));
    return { ...this.#head, choices };
  }

  #nothing(): ChoiceSoFar {
    return { text: new TextSoFar(this.#textLimit), finishReason: undefined };
  }
}
