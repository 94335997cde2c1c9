import type { Context, DiagLogger, Tracer } from '@opentelemetry/api';
import type { Settings } from '../config.js';
import type { Metrics } from './metrics.js';

/**
 * Where telemetry is sent, and with which settings. Providers and options can change at any time, so read each property
 * again for each call.
 */
export interface TelemetrySink<S = Settings> {
  readonly tracer: Tracer;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly settings: S;
  readonly diag: DiagLogger;
  /** Logs a message that was not logged before. */
  logOnce(level: 'info' | 'warn', message: string): void;
}

/** The part of the logs API that is used here. Its package differs between OpenTelemetry SDK 2.x and 3.x. */
export interface Logger {
  emit(record: {
    eventName: string;
    severityNumber: number;
    context: Context;
    attributes: Record<string, unknown>;
  }): void;
  /** Missing in older versions. A proxy logger then has it all the same, and throws. */
  enabled?(): boolean;
}
