import { assignKnown } from '../known.js';
import { fieldsOf, isObject, text } from '../read.js';
import { type Assembly, MAX_LISTED } from './operation.js';

/** Collects the finished images of a stream. Partial images are ignored, because a later event replaces them. */
export class ImageAssembly implements Assembly {
  readonly #keepsContent: boolean;
  readonly #head: Record<string, unknown> = {};
  readonly #data: unknown[] = [];

  constructor(textLimit: number) {
    this.#keepsContent = textLimit > 0;
  }

  add(event: unknown): void {
    const { type, usage, output_format, b64_json } = fieldsOf(event);
    if (type !== 'image_generation.completed' && type !== 'image_edit.completed') return;
    assignKnown(this.#head, { usage: isObject(usage) ? usage : undefined, output_format: text(output_format) });
    if (this.#data.length < MAX_LISTED) this.#data.push(this.#keepsContent ? { b64_json } : {});
  }

  body(): unknown {
    return { ...this.#head, data: this.#data };
  }
}
