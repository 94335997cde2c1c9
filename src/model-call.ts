import { type Context, createContextKey } from '@opentelemetry/api';
import { isObject } from './read.js';

/**
 * Under this key a context holds the model call that a framework is about to make, and which it would show itself if it
 * did not go through `openai`. Context keys of one name are one key: each entry of this package can be a bundle of its own.
 */
export const MODEL_CALL = createContextKey('opentelemetry-instrumentation-openai model call');

export interface ModelCall {
  /** A span for the call is made elsewhere. @param operation `gen_ai.operation.name` */
  cover(operation: string): void;
}

/** Says that the model call which is waited for in this context has a span: no second one is to be made. */
export function coverModelCall(from: Context, operation: string): void {
  const call = from.getValue(MODEL_CALL);
  if (isModelCall(call)) call.cover(operation);
}

function isModelCall(value: unknown): value is ModelCall {
  return isObject(value) && typeof value.cover === 'function';
}
