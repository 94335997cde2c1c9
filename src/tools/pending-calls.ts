import { isDeepStrictEqual } from 'node:util';
import { type Fields, fieldsOf, listOf, text } from '../read.js';
import type { ToolUse } from './runnables.js';

/** The tool calls that a model asked for and a runner works off. A tool function is not told which of them it serves. */
export class PendingCalls {
  readonly #runner: object;
  readonly #taken = new WeakSet<object>();

  /** @param runner the SDK's, with its `messages` */
  constructor(runner: object) {
    this.#runner = runner;
  }

  /** The id of the call that this use of a tool serves. */
  take(use: ToolUse): string | undefined {
    const asked = this.#latest().filter((call) => fieldsOf(call.function).name === use.name && !this.#taken.has(call));
    // Functions of one name are called in the order asked, but a call whose arguments do not parse is passed over.
    const call = asked.length > 1 ? (asked.find((each) => carries(each, use.argument)) ?? asked[0]) : asked[0];
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

function carries(call: Fields, argument: unknown): boolean {
  const json = fieldsOf(call.function).arguments;
  if (json === argument) return true;
  try {
    return isDeepStrictEqual(JSON.parse(String(json)), argument);
  } catch {
    return false;
  }
}
