import { count, fieldsOf, isObject, listOf, text } from '../../read.js';
import type { Assembly } from '../operation.js';
import { entry } from '../shared/bounded-map.js';
import { TextAccumulator } from '../shared/text-accumulator.js';

/** Assembles the events of a run into the run as last reported, with the `messages` that it wrote. */
export class RunAssembly implements Assembly {
  readonly #textLimit: number;
  readonly #parts = new Map<string, PartAccumulator>();
  #run: unknown;

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
  }

  add(item: unknown): void {
    const { event, data } = fieldsOf(item);
    if (event === 'thread.message.delta') this.#write(data);
    else if (isRunEvent(event) && isObject(data)) this.#run = data;
  }

  body(): unknown {
    const content = [...this.#parts.values()].map((part) => part.body());
    return { ...fieldsOf(this.#run), messages: content.length > 0 ? [{ content }] : [] };
  }

  #write(data: unknown): void {
    const { id, delta } = fieldsOf(data);
    listOf(fieldsOf(delta).content).forEach((part, position) => {
      const key = `${text(id)} ${count(fieldsOf(part).index) ?? position}`;
      entry(this.#parts, key, () => new PartAccumulator(this.#textLimit))?.add(part);
    });
  }
}

class PartAccumulator {
  readonly #text: TextAccumulator;
  readonly #refusal: TextAccumulator;
  #head: Record<string, unknown> = {};

  constructor(textLimit: number) {
    this.#text = new TextAccumulator(textLimit);
    this.#refusal = new TextAccumulator(textLimit);
  }

  add(part: unknown): void {
    const { type, text: piece, refusal, image_file } = fieldsOf(part);
    this.#head = { type: text(type), image_file };
    this.#text.add(fieldsOf(piece).value);
    this.#refusal.add(refusal);
  }

  body() {
    return { ...this.#head, text: { value: this.#text.value }, refusal: this.#refusal.value };
  }
}

/** `thread.run.completed` is an event of the run, `thread.run.step.completed` an event of one step. */
function isRunEvent(event: unknown): boolean {
  return typeof event === 'string' && /^thread\.run\.\w+$/.test(event);
}
