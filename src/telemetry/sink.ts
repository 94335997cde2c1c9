import type { Context, DiagLogger, Tracer } from '@opentelemetry/api';
import type { Settings } from '../config.js';
import type { Metrics } from './metrics.js';

/** Where telemetry goes, and how. Providers may be set late and options changed: look anew for each call. */
export interface TelemetrySink<S = Settings> {
  readonly tracer: Tracer;
  readonly logger: Logger;
  readonly settings: S;
  readonly diag: DiagLogger;
}

export interface MeasuredTelemetrySink extends TelemetrySink {
  readonly metrics: Metrics;
}

/** What is used of the logs API, whose package differs between OpenTelemetry 2.x and 3.x. */
export interface Logger {
  emit(record: {
    eventName: string;
    severityNumber: number;
    context: Context;
    attributes: Record<string, unknown>;
  }): void;
}
