import type { DiagLogger } from '@opentelemetry/api';

/** Does something that must not disturb the application: what it throws is reported, and the value is missing. */
export function attempt<T>(diag: DiagLogger, work: () => T): T | undefined {
  try {
    return work();
  } catch (fault) {
    report(diag, fault);
    return undefined;
  }
}

/** Says that telemetry failed. The logger is the application's own and may fail as well. */
export function report(diag: DiagLogger, fault: unknown): void {
  try {
    diag.error('telemetry failed; the call itself is not affected', fault);
  } catch {
    // Nobody is left to tell.
  }
}
