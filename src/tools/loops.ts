import { type Claimant, patchMethod } from '../patching/patch-method.js';
import { fieldsOf, isObject, text } from '../read.js';
import { PendingCalls } from './pending-calls.js';
import { withRunnables } from './runnables.js';
import type { RequestedTool } from './tool-call.js';
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
export function patchChatLoops(client: unknown, claimant: Claimant, current: CurrentTools): void {
  const completions = completionsWithLoops(client);
  for (const [start, loop] of Object.entries(LOOPS)) {
    patchMethod(completions, start, claimant, (original) => {
      return function (...args) {
        const runner = original.apply(this, args);
        current()?.attempt(() => patchLoop(rootOf(runner, loop), loop, claimant, current));
        return runner;
      };
    });
  }
}

/** The loop takes the client, the parameters, and more. It passes its parameters to nobody. */
function patchLoop(prototype: unknown, loop: string, claimant: Claimant, current: CurrentTools): void {
  patchMethod(prototype, loop, claimant, (original) => {
    return function (...args) {
      if (!current()) return original.apply(this, args);
      const pending = new PendingCalls(this);
      const params = withRunnables(args[1], (use, work) =>
        run(current(), () => ({ ...use, callId: pending.take(use) }), work),
      );
      return original.apply(this, Object.assign([...args], { 1: params }));
    };
  });
}

/** The first prototype to have a method: in SDK v7 others override it and call it. */
function rootOf(object: unknown, name: string): unknown {
  let root: unknown;
  for (let at = isObject(object) ? object : null; at; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name)) root = at;
  }
  return root;
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

/** Patches the loop for responses: ahead of its turn, it puts each call of a function into a map, under the call's id. */
export function patchResponsesLoop(moduleExports: unknown, claimant: Claimant, current: CurrentTools): void {
  const { prototype } = fieldsOf(fieldsOf(moduleExports).ResponsesToolRunner);
  patchMethod(prototype, 'prepareFunction', claimant, (original) => {
    return function (...args) {
      const { call_id, name, arguments: argument } = fieldsOf(args[0]);
      const { functions } = fieldsOf(args[1]);
      if (!current() || !(functions instanceof Map) || functions.has(call_id)) return original.apply(this, args);
      const result = original.apply(this, args);
      const work: unknown = functions.get(call_id);
      const describe = () => ({ name: text(name), callId: text(call_id), argument });
      if (isCallable(work)) functions.set(call_id, () => run(current(), describe, work));
      return result;
    };
  });
}

function run(tools: Tools | undefined, describe: () => RequestedTool, work: () => unknown): unknown {
  return tools ? tools.run(describe, work) : work();
}
