import { patchMethod } from '../patch.js';
import { fieldsOf, text } from '../read.js';
import { PendingCalls } from './pending-calls.js';
import { withRunnables } from './runnables.js';
import type { Tools } from './tools.js';
import { isCallable } from './view.js';

/** The file of SDK v7 that holds a tool loop for the Responses API; the main module does not load it. */
export const RESPONSES_LOOP_FILES = [
  'openai/helpers/responses-tool-runner.js',
  'openai/helpers/responses-tool-runner.mjs',
];

/** The loop's method on the runner, by the method of the resource that starts it. `runFunctions` is in SDK v4 only. */
const LOOPS = { runTools: '_runTools', runFunctions: '_runFunctions' } as const;

/** What tool functions are to be run by; nothing while the instrumentation is disabled. */
type CurrentTools = () => Tools | undefined;

/**
 * Patches the loop of chat completions. The runner calls it a moment after `runTools` has returned (`setTimeout`, SDK
 * 4.19 to 7), and only the runner leads to its class: so the first `runTools` is where that is patched.
 */
export function patchChatLoops(client: unknown, current: CurrentTools): void {
  const completions = completionsWithLoops(client);
  for (const [start, loop] of Object.entries(LOOPS)) {
    patchMethod(completions, start, (original) => {
      return function (...args) {
        const runner = original.apply(this, args);
        current()?.attempt(() => patchLoop(Object.getPrototypeOf(runner), loop, current));
        return runner;
      };
    });
  }
}

/** The loop takes the client, the parameters, and more. It passes its parameters to nobody. */
function patchLoop(runner: unknown, loop: string, current: CurrentTools): void {
  patchMethod(runner, loop, (original) => {
    return function (...args) {
      if (!current()) return original.apply(this, args);
      const pending = new PendingCalls(this);
      const params = withRunnables(args[1], (use, work) => {
        const tools = current();
        return tools ? tools.run(() => ({ ...use, callId: pending.take(use) }), work) : work();
      });
      return original.apply(this, Object.assign([...args], { 1: params }));
    };
  });
}

/** SDK v4 has the loops in a resource that only an instance of `Beta` leads to. */
function completionsWithLoops(client: unknown): unknown {
  const { Chat, Beta } = fieldsOf(client);
  const { prototype } = fieldsOf(fieldsOf(Chat).Completions);
  if (isCallable(fieldsOf(prototype).runTools)) return prototype;
  if (!isCallable(Beta)) return undefined;
  const { chat } = fieldsOf(Reflect.construct(Beta, [{}]));
  const { completions } = fieldsOf(chat);
  return completions && Object.getPrototypeOf(completions);
}

/** Patches the loop of the Responses API: before a turn, each call to come is put into a map as a function. */
export function patchResponsesLoop(moduleExports: unknown, current: CurrentTools): void {
  const { prototype } = fieldsOf(fieldsOf(moduleExports).ResponsesToolRunner);
  patchMethod(prototype, 'prepareFunction', (original) => {
    return function (...args) {
      const { call_id, name, arguments: argument } = fieldsOf(args[0]);
      const { functions } = fieldsOf(args[1]);
      const wasPrepared = functions instanceof Map && functions.has(call_id);
      const result = original.apply(this, args);
      if (!current() || wasPrepared || !(functions instanceof Map)) return result;
      const work: unknown = functions.get(call_id);
      if (!isCallable(work)) return result;
      functions.set(call_id, () => {
        const tools = current();
        return tools ? tools.run(() => ({ name: text(name), callId: text(call_id), argument }), work) : work();
      });
      return result;
    };
  });
}
