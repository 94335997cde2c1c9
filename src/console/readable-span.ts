import type { Attributes, HrTime, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';

/** What is read of a finished span: the common part of `ReadableSpan` in OpenTelemetry SDK 2.x and 3.x. */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly attributes: object;
  readonly events: readonly SpanEvent[];
  readonly parentSpanContext?: SpanContext | undefined;
  readonly resource?: { readonly attributes: object } | undefined;
  spanContext(): SpanContext;
}

export interface SpanEvent {
  readonly name: string;
  readonly attributes?: Attributes | undefined;
}
