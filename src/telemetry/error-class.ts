import { types } from 'node:util';
import { fieldsOf, isObject, text } from '../read.js';

/** The classes of `APIError` by the status they stand for (SDK v4 to v7). */
const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
  409: 'ConflictError',
  422: 'UnprocessableEntityError',
  429: 'RateLimitError',
};

/** The classes without a status, by how the message begins that they are made with (SDK v4 to v7). */
const BY_MESSAGE: readonly (readonly [begin: string, name: string])[] = [
  ['Request was aborted.', 'APIUserAbortError'],
  ['Request timed out.', 'APIConnectionTimeoutError'],
  ['Connection error.', 'APIConnectionError'],
  ['Could not parse response content as the length', 'LengthFinishReasonError'],
  ['Could not parse response content as the request was rejected', 'ContentFilterFinishReasonError'],
];

/**
 * What an error calls itself. Those of the SDK are all named just `Error`: their class says which they are. A minifier
 * shortens the names of classes: then what sets the SDK's apart has to tell.
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
    return classOfStatus(status);
  }
  const [, name] = BY_MESSAGE.find(([begin]) => String(message).startsWith(begin)) ?? [];
  return name ?? (isApiError(error) ? 'APIError' : undefined);
}

/** The class of `APIError` that the SDK uses for a status. */
export function classOfStatus(status: number): string {
  return BY_STATUS[status] ?? (status >= 500 ? 'InternalServerError' : 'APIError');
}

/** By the properties that its constructor gives it; the request's id was renamed in v5. */
export function isApiError(error: unknown): boolean {
  return isObject(error) && 'status' in error && 'headers' in error && ('requestID' in error || 'request_id' in error);
}
