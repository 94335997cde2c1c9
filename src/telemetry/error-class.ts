import { types } from 'node:util';
import { fieldsOf, text } from '../read.js';

/** The subclasses of `APIError` by HTTP status (SDK v4 to v7, `error.ts`). */
const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
  409: 'ConflictError',
  422: 'UnprocessableEntityError',
  429: 'RateLimitError',
};

/** The classes without a status, by the beginning of the message that their constructor sets (SDK v4 to v7, `error.ts`). */
const BY_MESSAGE: readonly (readonly [begin: string, name: string])[] = [
  ['Request was aborted.', 'APIUserAbortError'],
  ['Request timed out.', 'APIConnectionTimeoutError'],
  ['Connection error.', 'APIConnectionError'],
  ['Could not parse response content as the length', 'LengthFinishReasonError'],
  ['Could not parse response content as the request was rejected', 'ContentFilterFinishReasonError'],
];

/**
 * The class name of an error. The `name` of the SDK's errors is always `Error`, so the name of the constructor is used.
 * Where a minifier has shortened that name, the properties of the error identify the SDK's class.
 */
export function errorClass(error: unknown): string | undefined {
  if (!types.isNativeError(error) && !(error instanceof Error)) return undefined;
  if (error.name !== 'Error') return text(error.name);
  const name = text(error.constructor?.name);
  return name?.endsWith('Error') ? name : (sdkClass(error) ?? name);
}

function sdkClass(error: Error): string | undefined {
  const { status, message } = fieldsOf(error);
  if (typeof status === 'number' && isApiError(error)) {
    return BY_STATUS[status] ?? (status >= 500 ? 'InternalServerError' : 'APIError');
  }
  const [, name] = BY_MESSAGE.find(([begin]) => String(message).startsWith(begin)) ?? [];
  return name ?? (isApiError(error) ? 'APIError' : undefined);
}

/** Checks for the properties that the constructor of `APIError` sets. The property of the request id was renamed in v5. */
function isApiError(error: Error): boolean {
  return 'status' in error && 'headers' in error && ('requestID' in error || 'request_id' in error);
}
