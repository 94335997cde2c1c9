import { text } from '../read.js';
import { isCallable, viewOf } from './view.js';

/** One use of a tool function. */
export interface ToolUse {
  /** What the model knows the tool by. */
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** What the function is called with: JSON text or what the tool's parser made of it. */
  readonly argument: unknown;
}

/** Runs a tool function: `work` calls it. */
export type RunTool = (use: ToolUse, work: () => unknown) => unknown;

/**
 * The parameters of `runTools` (`tools`) or `runFunctions` (`functions`) as the SDK shall read them: each function it
 * will call is run by `run`. The application's objects stay as they are.
 */
export function withRunnables(params: unknown, run: RunTool): unknown {
  if (!isRecord(params)) return params;
  return viewOf(params, (key, value) => {
    const holdsTools = (key === 'tools' || key === 'functions') && Array.isArray(value);
    return holdsTools ? value.map((tool) => runnable(tool, run)) : value;
  });
}

/**
 * A tool keeps its function in `function.function`, or, made by `zodFunction()`, in `$callback`; an entry of `functions`
 * in `function`. Anything else goes into the request as it is.
 */
function runnable(tool: unknown, run: RunTool): unknown {
  if (!isRecord(tool) || !('function' in tool)) return tool;
  let name: string | undefined;
  let description: string | undefined;

  const replace = (key: PropertyKey, value: unknown): unknown => {
    // Seen in passing: the SDK always reads it first, and a second reading could be noticed.
    if (key === 'name') name = text(value);
    if (key === 'description') description = text(value);
    if (key === 'function' && isRecord(value)) return viewOf(value, replace);
    if ((key !== 'function' && key !== '$callback') || !isCallable(value)) return value;
    return new Proxy(value, {
      apply: (fn, self, args) =>
        run({ name: name ?? text(fn.name), description, argument: args[0] }, () => Reflect.apply(fn, self, args)),
    });
  };
  return viewOf(tool, replace);
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
