import type { Claimant } from '../claims.js';
import { patchMethod } from '../patching/patch-method.js';
import { fieldsOf, isObject, text } from '../read.js';
import { PendingCalls } from './pending-calls.js';
import { withRunnables } from './runnables.js';
import type { RequestedTool } from './tool-call.js';
import type { Tools } from './tools.js';
import { isCallable } from './view.js';

/** The file of SDK v7 with the tool loop for the Responses API, by its path in the package. The main module does not load it. */
export const RESPONSES_LOOP_FILES = ['helpers/responses-tool-runner.js', 'helpers/responses-tool-runner.mjs'];

/** Maps the method that starts a tool loop to the runner's method that runs it. `runFunctions` exists in SDK v4 only. */
const LOOPS = { runTools: '_runTools', runFunctions: '_runFunctions' } as const;

/** Returns what traces tool functions, or `undefined` while the instrumentation is disabled. */
type CurrentTools = () => Tools | undefined;

/**
 * Patches the tool loop of chat completions. The runner's class is not exported, so it is patched when `runTools` first
 * returns a runner. The runner starts its loop after that, in a `setTimeout` (`lib/ChatCompletionRunner`, SDK 4.19 to 7).
 */
export function patchChatLoops(client: unknown, claimant: Claimant, current: CurrentTools): void {
  const completions = completionsWithLoops(client);
  for (const [start, loop] of Object.entries(LOOPS)) {
    patchMethod(completions, start, claimant, (original) => {
      return (self, args) => {
        const runner = original.apply(self, args);
        current()?.attempt(() => patchLoop(rootOf(runner, loop), loop, claimant, current));
        return runner;
      };
    });
  }
}

/** The loop is called with the client, the parameters and more. It does not pass its parameters object on. */
function patchLoop(prototype: unknown, loop: string, claimant: Claimant, current: CurrentTools): void {
  patchMethod(prototype, loop, claimant, (original) => {
    return (self, args) => {
      if (!current()) return original.apply(self, args);
      const pending = new PendingCalls(self);
      const params = withRunnables(args[1], (use, work) =>
        run(current(), () => ({ ...use, callId: pending.take(use) }), work),
      );
      return original.apply(self, Object.assign([...args], { 1: params }));
    };
  });
}

/** The most basic class that defines the method. In SDK v7 subclasses override it and call `super`. */
function rootOf(object: unknown, name: string): unknown {
  let root: unknown;
  for (let at = isObject(object) ? object : null; at; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name)) root = at;
  }
  return root;
}

/** In SDK v4 the loops are in a resource that can only be reached through an instance of `Beta`. */
function completionsWithLoops(client: unknown): unknown {
  const { Chat, Beta } = fieldsOf(client);
  const { prototype } = fieldsOf(fieldsOf(Chat).Completions);
  if (isCallable(fieldsOf(prototype).runTools)) return prototype;
  if (!isCallable(Beta)) return undefined;
  const { chat } = fieldsOf(Reflect.construct(Beta, [{}]));
  const { completions } = fieldsOf(chat);
  return completions && Object.getPrototypeOf(completions);
}

/** Patches the tool loop of responses. `prepareFunction` puts a function into a map under its call id; the loop runs it later. */
export function patchResponsesLoop(moduleExports: unknown, claimant: Claimant, current: CurrentTools): void {
  const { prototype } = fieldsOf(fieldsOf(moduleExports).ResponsesToolRunner);
  patchMethod(prototype, 'prepareFunction', claimant, (original) => {
    return (self, args) => {
      const { call_id, name, arguments: argument } = fieldsOf(args[0]);
      const { functions } = fieldsOf(args[1]);
      if (!current() || !(functions instanceof Map) || functions.has(call_id)) return original.apply(self, args);
      const result = original.apply(self, args);
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
