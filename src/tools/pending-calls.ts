import { isDeepStrictEqual } from 'node:util';
import { MAX_LISTED } from '../operations/operation.js';
import { type Fields, fieldsOf, listOf, readable, text } from '../read.js';
import type { ToolUse } from './runnables.js';

/** The tool calls that the model requested. The SDK does not pass the id of a tool call to the tool function. */
export class PendingCalls {
  readonly #runner: object;
  readonly #taken = new WeakSet<object>();
  readonly #arguments = new WeakMap<object, unknown>();

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
    const call = candidates.length > 1 ? (this.#withArguments(candidates, use.argument) ?? first) : first;
    if (call) this.#taken.add(call);
    return text(call?.id);
  }

  #withArguments(calls: readonly Fields[], argument: unknown): Fields | undefined {
    return calls.slice(0, MAX_LISTED).find((call) => {
      const json = fieldsOf(call.function).arguments;
      if (json === argument) return true;
      const parsed = this.#parsed(call, json);
      return parsed !== undefined && isDeepStrictEqual(parsed, argument);
    });
  }

  /** `undefined` if they are no JSON. A tool that changes its arguments is like none of the calls, so each would be parsed again for each. */
  #parsed(call: Fields, json: unknown): unknown {
    if (!this.#arguments.has(call))
      this.#arguments.set(
        call,
        readable(() => JSON.parse(String(json))),
      );
    return this.#arguments.get(call);
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
