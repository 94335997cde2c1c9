import { count, type Fields, fieldsOf, isObject, listOf, listOrOne, text } from '../../read.js';
import type { Part } from '../content.js';
import { type Assembly, MAX_LISTED } from '../operation.js';
import { entry } from '../shared/bounded-map.js';
import { CompletionHead } from '../shared/completion-head.js';
import { contentParts, reasoningText } from '../shared/content-parts.js';
import { TextAccumulator } from '../shared/text-accumulator.js';
import { isCall } from './messages.js';
import { ToolCallAccumulator, ToolCallAssembly } from './tool-call-assembly.js';

/** Assembles the chunks of a streamed chat completion into choices, by the `index` of each choice. */
export class ChatAssembly implements Assembly {
  readonly #textLimit: number;
  readonly #head = new CompletionHead();
  readonly #choices = new Map<number, ChoiceAccumulator>();

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
  }

  add(chunk: unknown): void {
    const fields = fieldsOf(chunk);
    this.#head.add(fields);
    const choices = listOf(fields.choices);
    for (let position = 0; position < choices.length; position++) {
      const choice = choices[position];
      if (isObject(choice)) this.#choice(count(choice.index) ?? position)?.add(choice);
    }
  }

  body(): unknown {
    const choices = [...this.#choices.entries()].sort(([a], [b]) => a - b);
    return {
      ...this.#head.body(),
      choices: choices.map(([index, choice]) => ({ index, ...choice.body() })),
    };
  }

  #choice(index: number): ChoiceAccumulator | undefined {
    return entry(this.#choices, index, () => new ChoiceAccumulator(this.#textLimit));
  }
}

class ChoiceAccumulator {
  readonly #textLimit: number;
  readonly #content: TextAccumulator;
  readonly #refusal: TextAccumulator;
  readonly #reasoning: TextAccumulator;
  readonly #transcript: TextAccumulator;
  readonly #toolCalls: ToolCallAssembly;
  /** Images, in the order in which they arrived. */
  readonly #images: unknown[] = [];
  #functionCall: ToolCallAccumulator | undefined;
  #role: string | undefined;
  #finishReason: string | undefined;

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
    this.#content = new TextAccumulator(textLimit);
    this.#refusal = new TextAccumulator(textLimit);
    this.#reasoning = new TextAccumulator(textLimit);
    this.#transcript = new TextAccumulator(textLimit);
    this.#toolCalls = new ToolCallAssembly(textLimit);
  }

  add(choice: Fields): void {
    const delta = fieldsOf(choice.delta);
    const { role, content, refusal, tool_calls, function_call, audio, images } = delta;
    this.#role = text(role) ?? this.#role;
    this.#finishReason = text(choice.finish_reason) ?? this.#finishReason;
    if (isObject(content)) this.#addParts(content);
    else this.#content.add(content);
    this.#refusal.add(refusal);
    this.#reasoning.add(reasoningText(delta));
    this.#transcript.add(fieldsOf(audio).transcript);
    if (isObject(images)) for (const image of listOf(images)) this.#addImage(image);
    if (isObject(function_call) && isCall(function_call)) {
      this.#functionCall ??= new ToolCallAccumulator(this.#textLimit);
      this.#functionCall.add({ function: function_call });
    }
    if (isObject(tool_calls)) this.#addToolCalls(tool_calls);
  }

  #addToolCalls(calls: unknown): void {
    listOrOne(calls).forEach((call, position) => {
      if (isObject(call)) this.#toolCalls.add(call, position);
    });
  }

  /** Some servers stream a list of parts instead of a text. */
  #addParts(content: unknown): void {
    for (const value of listOrOne(content)) {
      for (const part of contentParts([value])) this.#addPart(part, value);
    }
  }

  #addPart(part: Part, value: unknown): void {
    if (part.type === 'text') this.#content.add(part.content);
    else if (part.type === 'reasoning') this.#reasoning.add(part.content);
    else if (part.type === 'refusal') this.#refusal.add(part.content);
    else this.#addImage(value);
  }

  #addImage(image: unknown): void {
    if (this.#textLimit > 0 && this.#images.length < MAX_LISTED) this.#images.push(image);
  }

  body() {
    const calls = this.#toolCalls.calls;
    const transcript = this.#transcript.value;
    return {
      finish_reason: this.#finishReason,
      message: {
        role: this.#role,
        content: this.#content.value,
        refusal: this.#refusal.value,
        reasoning_content: this.#reasoning.value,
        ...(this.#images.length > 0 ? { images: this.#images } : {}),
        ...(calls.length > 0 ? { tool_calls: calls } : {}),
        ...(this.#functionCall ? { function_call: this.#functionCall.body().function } : {}),
        // The audio data is not kept.
        ...(transcript === undefined ? {} : { audio: { transcript } }),
      },
    };
  }
}
