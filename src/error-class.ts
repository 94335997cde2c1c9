import { types } from 'node:util';
import { fieldsOf, text } from './read.js';

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$.:-]{0,127}$/u;

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
  if (!isError(error)) return undefined;
  if (error.name !== 'Error' && isName(error.name)) return error.name;
  const name = text(error.constructor?.name);
  return name?.endsWith('Error') ? name : (sdkClass(error) ?? name);
}

function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

/** Applications can set `name` to any text. It is recorded only if it looks like the name of a class. */
function isName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}

/** Whether an error is one of the SDK's own (`OpenAIError` and its subclasses, SDK v4 to v7). */
export function isSdkError(error: unknown): boolean {
  if (!isError(error)) return false;
  for (let at: unknown = Object.getPrototypeOf(error); at; at = Object.getPrototypeOf(at)) {
    if (fieldsOf(fieldsOf(at).constructor).name === 'OpenAIError') return true;
  }
  return !error.constructor?.name?.endsWith('Error') && sdkClass(error) !== undefined;
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

/** Checks for the properties that the constructor of `APIError` sets. The property of the request id was renamed in v5. */
export function isApiError(error: unknown): boolean {
  return isError(error) && 'status' in error && 'headers' in error && ('requestID' in error || 'request_id' in error);
}
