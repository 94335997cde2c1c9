import { type Context, context, diag, ROOT_CONTEXT } from '@opentelemetry/api';
import { report } from './guard.js';
import { isObject } from './read.js';

/** Whether it has been logged that the context manager fails. */
let hasFailed = false;

/**
 * The active context, by a context manager that can be the application's own. One that fails must not fail the application's calls.
 */
export function currentContext(): Context {
  try {
    const active: unknown = context.active();
    return isObject(active) ? (active as object as Context) : ROOT_CONTEXT;
  } catch {
    return ROOT_CONTEXT;
  }
}

/** Runs `work` in a context, or as it is if the context manager fails before it runs. */
export function runIn<T>(wanted: Context, work: () => T): T {
  let hasRun = false;
  try {
    return context.with(wanted, () => {
      hasRun = true;
      return work();
    });
  } catch (error) {
    if (hasRun) throw error;
    if (!hasFailed) report(diag, error);
    hasFailed = true;
    return work();
  }
}
