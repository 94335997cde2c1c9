import type { DiagLogger } from '@opentelemetry/api';
import { withoutCredentials } from './credentials.js';
import { errorClass } from './error-class.js';
import { framesOf } from './error-stack.js';
import { fieldsOf, isThenable, readable, text } from './read.js';

/**
 * Guards: code that runs beside the application's call must not throw into it. A fault becomes one line on the diagnostic
 * logger.
 */

/** Runs `work`. If it throws, reports the fault and returns `undefined`. */
export function attempt<T>(diag: DiagLogger, work: () => T): T | undefined {
  try {
    return work();
  } catch (fault) {
    report(diag, fault);
    return undefined;
  }
}

/** A mistake in the use of this package. Its message is constant text and can be logged. */
export class UsageError extends TypeError {}

/** Logs that telemetry failed. The logger belongs to the application and can throw too. */
export function report(diag: DiagLogger, fault: unknown): void {
  try {
    diag.error('telemetry failed; the call itself is not affected:', describeFault(fault));
  } catch {
    // There is no other place to report to.
  }
}

/**
 * Calls a hook that the user configured. The hook can throw, or be an async function that rejects later: both go to
 * `onFault`.
 */
export function callHook<T>(hook: () => T, onFault: (fault: unknown) => void): T | undefined {
  try {
    const result = hook();
    if (isThenable(result)) result.then(undefined, onFault);
    return result;
  } catch (fault) {
    onFault(fault);
    return undefined;
  }
}

/**
 * The class and the frames of a fault. Its message is left out: a hook or a getter of the application can quote prompts,
 * answers and credentials in it.
 */
function describeFault(fault: unknown): string {
  const message = text(readable(() => fieldsOf(fault).message));
  const stack = text(readable(() => fieldsOf(fault).stack)) ?? '';
  const what =
    (readable(() => fault instanceof UsageError) ? message : undefined) ??
    readable(() => errorClass(fault)) ??
    'a thrown value';
  return withoutCredentials([what, framesOf(stack, message)].filter(Boolean).join('\n'));
}

/** Wraps a logger so that its methods never throw, and log no credentials. */
export function guardLogger(logger: DiagLogger): DiagLogger {
  const guarded =
    (level: keyof DiagLogger) =>
    (...args: Parameters<DiagLogger['error']>): void => {
      try {
        const [message, ...rest] = args.map((arg) => (typeof arg === 'string' ? withoutCredentials(arg) : arg));
        logger[level](message as string, ...rest);
      } catch {}
    };
  return {
    error: guarded('error'),
    warn: guarded('warn'),
    info: guarded('info'),
    debug: guarded('debug'),
    verbose: guarded('verbose'),
  };
}
