import type { AttributeValue } from '@opentelemetry/api';

/**
 * The values of `error.type` that metrics keep. Applications and their libraries can define any number of error classes,
 * and each value is a new time series, so everything else becomes `_OTHER`.
 */
const ERROR_TYPES: ReadonlySet<unknown> = new Set([
  // openai v4 to v7 (core/error.ts)
  'OpenAIError',
  'APIError',
  'APIUserAbortError',
  'APIConnectionError',
  'APIConnectionTimeoutError',
  'BadRequestError',
  'AuthenticationError',
  'PermissionDeniedError',
  'NotFoundError',
  'ConflictError',
  'UnprocessableEntityError',
  'RateLimitError',
  'InternalServerError',
  'LengthFinishReasonError',
  'ContentFilterFinishReasonError',
  'InvalidWebhookSignatureError',
  'OAuthError',
  'SubjectTokenProviderError',
  // agents-core 0.20 (errors.ts)
  'SystemError',
  'MaxTurnsExceededError',
  'ModelRefusalError',
  'ModelBehaviorError',
  'ModelTimeoutError',
  'InvalidToolInputError',
  'UserError',
  'InvalidToolOutputError',
  'GuardrailExecutionError',
  'ToolCallError',
  'ToolTimeoutError',
  'InputGuardrailTripwireTriggered',
  'OutputGuardrailTripwireTriggered',
  'ToolInputGuardrailTripwireTriggered',
  'ToolOutputGuardrailTripwireTriggered',
  // JavaScript and the web platform
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AbortError',
  'TimeoutError',
  // Codes of failed responses and runs (openai v7, resources/responses/responses.ts, `ResponseError`)
  'server_error',
  'rate_limit_exceeded',
  'invalid_prompt',
]);

/** `error.type` for a metric: one of a fixed set of values. */
export function boundedErrorType(errorType: AttributeValue): AttributeValue {
  return ERROR_TYPES.has(errorType) ? errorType : '_OTHER';
}
