import { known } from '../known.js';
import type { Content, Message, OutputMessage, Part } from '../operations/content.js';
import { isObject, text } from '../read.js';

/**
 * Input and output of an agent or a workflow, collected from the model calls inside it: what the first one was asked, what
 * the last one answered.
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
    return filled({
      systemInstructions: [...systemInstructions, ...instructions],
      inputMessages: messages,
      outputMessages: this.#output,
      toolDefinitions,
    });
  }

  /** @param finalOutput what the run returned, if that is known */
  ofWorkflow(finalOutput: unknown): Content | undefined {
    const { messages } = separateInstructions(this.#first?.inputMessages ?? []);
    return filled({ inputMessages: messages, outputMessages: finalMessage(finalOutput) ?? this.#output });
  }
}

/** Chat completions have the instructions of an agent as their first message. */
function separateInstructions(input: readonly Message[]): { instructions: Part[]; messages: Message[] } {
  const [first, ...others] = input;
  return first?.role === 'system' || first?.role === 'developer'
    ? { instructions: first.parts, messages: others }
    : { instructions: [], messages: [...input] };
}

/** An agent with an output type returns an object. */
function finalMessage(output: unknown): OutputMessage[] | undefined {
  const content = isObject(output) ? JSON.stringify(output) : text(output);
  if (content === undefined) return undefined;
  return [{ role: 'assistant', parts: [{ type: 'text', content }], finish_reason: 'stop' }];
}

/** Without the lists that are empty; `undefined` if nothing is left. */
function filled(content: { [K in keyof Content]: Content[K] | undefined }): Content | undefined {
  const entries = Object.entries(content).filter(([, value]) => Array.isArray(value) && value.length > 0);
  return entries.length > 0 ? known(Object.fromEntries(entries)) : undefined;
}
