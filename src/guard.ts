import type { DiagLogger } from '@opentelemetry/api';
import { isThenable } from './read.js';

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

/** Logs that telemetry failed. The logger belongs to the application and can throw too. */
export function report(diag: DiagLogger, fault: unknown): void {
  try {
    diag.error('telemetry failed; the call itself is not affected', fault);
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

/** Wraps a logger so that its methods never throw. */
export function guardLogger(logger: DiagLogger): DiagLogger {
  const guarded =
    (level: keyof DiagLogger) =>
    (...args: Parameters<DiagLogger['error']>): void => {
      try {
        logger[level](...args);
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
