import { isDeepStrictEqual } from 'node:util';
import { type Fields, fieldsOf, listOf, text } from '../read.js';
import type { ToolUse } from './runnables.js';

/** The tool calls that the model requested. The SDK does not pass the id of a tool call to the tool function. */
export class PendingCalls {
  readonly #runner: object;
  readonly #taken = new WeakSet<object>();

  /** @param runner the SDK's tool runner, with its `messages` */
  constructor(runner: object) {
    this.#runner = runner;
  }

  /** Returns the id of the tool call that this run of a function belongs to. Each call is returned once. */
  take(use: ToolUse): string | undefined {
    const candidates = this.#latest().filter(
      (call) => fieldsOf(call.function).name === use.name && !this.#taken.has(call),
    );
    // The SDK runs calls in the requested order, but skips calls whose arguments do not parse. So compare the arguments.
    const [first] = candidates;
    const call = candidates.length > 1 ? (candidates.find((each) => hasArguments(each, use.argument)) ?? first) : first;
    if (call) this.#taken.add(call);
    return text(call?.id);
  }

  #latest(): readonly Fields[] {
    const messages = listOf(fieldsOf(this.#runner).messages);
    for (let i = messages.length - 1; i >= 0; i--) {
      const { tool_calls } = fieldsOf(messages[i]);
      if (Array.isArray(tool_calls)) return tool_calls.map(fieldsOf);
    }
    return [];
  }
}

function hasArguments(call: Fields, argument: unknown): boolean {
  const json = fieldsOf(call.function).arguments;
  if (json === argument) return true;
  try {
    return isDeepStrictEqual(JSON.parse(String(json)), argument);
  } catch {
    return false;
  }
}
