import { known } from '../known.js';
import type { Content, Message, OutputMessage, Part } from '../operations/content.js';
import { isObject, text } from '../read.js';

/**
 * Input and output of an agent or a workflow, collected from the model calls inside it: the input of the first call and the output
 * of the last one.
 */
export class RunContent {
  #first: Content | undefined;
  #output: OutputMessage[] | undefined;

  add(call: Content): void {
    this.#first ??= call;
    this.#output = call.outputMessages ?? this.#output;
  }

  ofAgent(): Content | undefined {
    const { systemInstructions = [], inputMessages = [], toolDefinitions } = this.#first ?? {};
    const { instructions, messages } = separateInstructions(inputMessages);
    return withoutEmptyLists({
      systemInstructions: [...systemInstructions, ...instructions],
      inputMessages: messages,
      outputMessages: this.#output,
      toolDefinitions,
    });
  }

  /** @param finalOutput the final output of the run, if it is known */
  ofWorkflow(finalOutput: unknown): Content | undefined {
    const { messages } = separateInstructions(this.#first?.inputMessages ?? []);
    return withoutEmptyLists({ inputMessages: messages, outputMessages: finalMessage(finalOutput) ?? this.#output });
  }
}

/** In chat completions the instructions of an agent are the first message. */
function separateInstructions(input: readonly Message[]): { instructions: Part[]; messages: Message[] } {
  const [first, ...others] = input;
  return first?.role === 'system' || first?.role === 'developer'
    ? { instructions: first.parts, messages: others }
    : { instructions: [], messages: [...input] };
}

/** The output is an object if the agent has an output type. */
function finalMessage(output: unknown): OutputMessage[] | undefined {
  const content = isObject(output) ? JSON.stringify(output) : text(output);
  if (content === undefined) return undefined;
  return [{ role: 'assistant', parts: [{ type: 'text', content }], finish_reason: 'stop' }];
}

/** Removes empty lists. Returns `undefined` if nothing is left. */
function withoutEmptyLists(content: { [K in keyof Content]: Content[K] | undefined }): Content | undefined {
  const entries = Object.entries(content).filter(([, value]) => Array.isArray(value) && value.length > 0);
  return entries.length > 0 ? known(Object.fromEntries(entries)) : undefined;
}
