import { type Context, createContextKey, trace } from '@opentelemetry/api';
import type { Settings } from '../config.js';

/**
 * The key under which `suppressTracing()` of `@opentelemetry/core` marks a context (1.x to 3.x). Context keys of one
 * name are one key, so the mark can be read without depending on that package.
 */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Whether spans are wanted in this context. */
export function mayTrace(context: Context, { requireParentSpan }: Pick<Settings, 'requireParentSpan'>): boolean {
  return !isSuppressed(context) && (!requireParentSpan || trace.getSpan(context) !== undefined);
}

export function isSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESS_TRACING) === true;
}
