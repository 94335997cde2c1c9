import { text } from '../read.js';
import { isCallable, viewOf } from './view.js';

/** One run of a tool function. */
export interface ToolUse {
  /** The tool's name in the request. */
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** The function's argument: JSON text, or the result of the tool's `parse`. */
  readonly argument: unknown;
}

/** Runs a tool function: `work` calls it. */
export type RunTool = (use: ToolUse, work: () => unknown) => unknown;

/**
 * Returns a view of the parameters of `runTools` (`tools`) or `runFunctions` (`functions`), in which `run` runs each tool
 * function. The application's objects are not changed.
 */
export function withRunnables(params: unknown, run: RunTool): unknown {
  if (!isRecord(params)) return params;
  return viewOf(params, (key, value) => {
    const holdsTools = (key === 'tools' || key === 'functions') && Array.isArray(value);
    return holdsTools ? value.map((tool) => runnable(tool, run)) : value;
  });
}

/**
 * A tool has its function in `function.function`, or in `$callback` if `zodFunction()` made it. An entry of `functions` has
 * it in `function`. Tools without a function are not changed.
 */
function runnable(tool: unknown, run: RunTool): unknown {
  if (!isRecord(tool) || !('function' in tool)) return tool;
  let name: string | undefined;
  let description: string | undefined;

  const replace = (key: PropertyKey, value: unknown): unknown => {
    // Remember the name when the SDK reads it, which it does first. Reading it again could have side effects (getters).
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
