import { assignKnown } from '../../known.js';
import { count, type Fields, fieldsOf, isObject, listOf, text } from '../../read.js';
import type { Assembly } from '../operation.js';
import { entry } from '../shared/bounded-map.js';
import { TextAccumulator } from '../shared/text-accumulator.js';

/** Assembles the chunks of a streamed chat completion into choices, by the `index` of each choice. */
export class ChatAssembly implements Assembly {
  readonly #textLimit: number;
  readonly #head: Record<string, unknown> = {};
  readonly #choices = new Map<number, ChoiceAccumulator>();

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
  }

  add(chunk: unknown): void {
    const { id, model, service_tier, system_fingerprint, usage, choices } = fieldsOf(chunk);
    assignKnown(this.#head, { id: text(id), model: text(model), service_tier: text(service_tier) });
    assignKnown(this.#head, {
      system_fingerprint: text(system_fingerprint),
      usage: isObject(usage) ? usage : undefined,
    });
    listOf(choices).forEach((choice, position) => {
      if (isObject(choice)) this.#choice(count(choice.index) ?? position)?.add(choice);
    });
  }

  body(): unknown {
    const choices = [...this.#choices.entries()].sort(([a], [b]) => a - b);
    return { ...this.#head, choices: choices.map(([index, choice]) => ({ index, ...choice.body() })) };
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
  readonly #toolCalls = new Map<number, ToolCallAccumulator>();
  #functionCall: ToolCallAccumulator | undefined;
  #role: string | undefined;
  #finishReason: string | undefined;

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
    this.#content = new TextAccumulator(textLimit);
    this.#refusal = new TextAccumulator(textLimit);
    this.#reasoning = new TextAccumulator(textLimit);
    this.#transcript = new TextAccumulator(textLimit);
  }

  add({ delta, finish_reason }: Fields): void {
    const { role, content, refusal, reasoning_content, reasoning, tool_calls, function_call, audio } = fieldsOf(delta);
    this.#role = text(role) ?? this.#role;
    this.#finishReason = text(finish_reason) ?? this.#finishReason;
    this.#content.add(content);
    this.#refusal.add(refusal);
    this.#reasoning.add(reasoning_content ?? reasoning);
    this.#transcript.add(fieldsOf(audio).transcript);
    if (isObject(function_call)) {
      this.#functionCall ??= new ToolCallAccumulator(this.#textLimit);
      this.#functionCall.add({ function: function_call });
    }
    listOf(tool_calls).forEach((call, position) => {
      if (!isObject(call)) return;
      entry(this.#toolCalls, count(call.index) ?? position, () => new ToolCallAccumulator(this.#textLimit))?.add(call);
    });
  }

  body() {
    const calls = [...this.#toolCalls.entries()].sort(([a], [b]) => a - b).map(([, call]) => call.body());
    const transcript = this.#transcript.value;
    return {
      finish_reason: this.#finishReason,
      message: {
        role: this.#role,
        content: this.#content.value,
        refusal: this.#refusal.value,
        reasoning_content: this.#reasoning.value,
        ...(calls.length > 0 ? { tool_calls: calls } : {}),
        ...(this.#functionCall ? { function_call: this.#functionCall.body().function } : {}),
        // The audio data is not kept.
        ...(transcript === undefined ? {} : { audio: { transcript } }),
      },
    };
  }
}

class ToolCallAccumulator {
  readonly #arguments: TextAccumulator;
  #id: string | undefined;
  #type: string | undefined;
  #name: string | undefined;

  constructor(textLimit: number) {
    this.#arguments = new TextAccumulator(textLimit);
  }

  add({ id, type, function: fn, custom }: Fields): void {
    const called = fieldsOf(fn ?? custom);
    this.#id = text(id) ?? this.#id;
    this.#type = text(type) ?? this.#type;
    this.#name = text(called.name) ?? this.#name;
    this.#arguments.add(called.arguments ?? called.input);
  }

  body() {
    const name = this.#name;
    const args = this.#arguments.value;
    const called =
      this.#type === 'custom' ? { custom: { name, input: args } } : { function: { name, arguments: args } };
    return { id: this.#id, type: this.#type, ...called };
  }
}
