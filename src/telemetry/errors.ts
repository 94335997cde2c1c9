import type { Attributes } from '@opentelemetry/api';
import { withoutCredentials } from '../credentials.js';
import { errorClass, isApiError, isSdkError } from '../error-class.js';
import { framesOf } from '../error-stack.js';
import { known } from '../known.js';
import type { Failure } from '../operations/operation.js';
import { fieldsOf, label, readable, text } from '../read.js';
import * as semconv from '../semconv.js';
import { cutBytes } from './cut.js';
import { describeResponse } from './headers.js';
import { shortLabel } from './labels.js';

/**
 * Where an error came from.
 *
 * - `api`: the SDK, the API, the network, or what provides keys and tokens. The message is recorded, unless the error shows
 *   that it was made from content.
 * - `content`: code that works on content (tools, guardrails, parsers), or whose errors are told to the model. The message
 *   is content.
 */
export type ErrorOrigin = 'api' | 'content';

/** Returns a message as it may be recorded on the span, or `undefined` if it may not. `OpenSpan.fail` provides it. */
export type MessageFilter = (message: string, origin: ErrorOrigin) => string | undefined;

export interface ErrorDescription {
  readonly message: string | undefined;
  /** For the span. */
  readonly attributes: Attributes;
  /** For its `exception` event. */
  readonly exception: Attributes;
}

/** A failure that the server reported as data, where an error is expected. */
export class ReportedFailure {
  readonly failure: Failure;

  /** @param error the error object of the API */
  constructor(error: unknown) {
    const { message, code, type, param } = fieldsOf(error);
    this.failure = { message: text(message), code: label(code), type: text(type), param: text(param) };
  }
}

/** Describes what `OpenSpan.fail` records. */
export type FailureDescriber = (filter: MessageFilter) => ErrorDescription;

/** The origin of an error of which only the class is known. */
export function originOf(error: unknown): ErrorOrigin {
  return readable(() => isSdkError(error)) ? 'api' : 'content';
}

/**
 * The origin of an error that came while the response was read. The runtime quotes an answer that it cannot parse, or that
 * is not of the expected type (`Cannot use 'in' operator to search for 'object' in Hello …`).
 */
export function originOfReading(error: unknown): ErrorOrigin {
  return readable(() => isConnectionError(error)) ? 'api' : originOf(error);
}

/** Errors of sockets have a code, or a cause that has one. */
function isConnectionError(error: unknown): boolean {
  const { name, code, cause } = fieldsOf(error);
  return name === 'AbortError' || name === 'TimeoutError' || [code, fieldsOf(cause).code].some(isSystemCode);
}

function isSystemCode(code: unknown): boolean {
  return typeof code === 'string' && /^[A-Z][A-Z\d_]{2,40}$/.test(code);
}

/**
 * Describes a rejection or an exception. Never throws, whatever was thrown.
 *
 * @example
 * span.fail((filter) => describeError(error, 'api', filter));
 */
export function describeError(error: unknown, origin: ErrorOrigin, filter: MessageFilter): ErrorDescription {
  const failure = readable(() => (error instanceof ReportedFailure ? error.failure : undefined));
  if (failure) return describeFailure(failure, 'api', filter);
  const field = (name: string) => readable(() => fieldsOf(error)[name]);
  const type = readable(() => errorClass(error));
  const stack = text(field('stack'));
  const original = text(field('message')) ?? text(error);
  const isContent = origin === 'content' || isMadeFromContent(type, original);
  const allowed = original === undefined ? undefined : filter(original, isContent ? 'content' : 'api');
  const message = recordable(allowed);
  const isWhole = message !== undefined && message === original;
  return {
    message,
    attributes: {
      [semconv.ATTR_ERROR_TYPE]: type ?? OTHER,
      [semconv.ATTR_LLM_ERROR_CODE]: codeOf(field('code')),
      ...(origin === 'api' && readable(() => isApiError(error)) ? apiAttributes(field) : undefined),
    },
    exception: known({
      [semconv.ATTR_EXCEPTION_TYPE]: type ?? OTHER,
      [semconv.ATTR_EXCEPTION_MESSAGE]: message,
      [semconv.ATTR_EXCEPTION_STACKTRACE]:
        stack && recordable(isWhole ? stack : withMessage(stack, original, type, message)),
    }),
  };
}

/** Describes a failure that the response body reports. There is no error class, so the provider's code is the type. */
export function describeFailure(failure: Failure, origin: ErrorOrigin, filter: MessageFilter): ErrorDescription {
  const { message: original, code, type, param } = failure;
  const message = recordable(original === undefined ? undefined : filter(original, origin));
  const errorType = shortLabel(code ?? type) ?? OTHER;
  return {
    message,
    attributes: {
      [semconv.ATTR_ERROR_TYPE]: errorType,
      [semconv.ATTR_LLM_ERROR_CODE]: code,
      [semconv.ATTR_LLM_ERROR_TYPE]: type,
      [semconv.ATTR_LLM_ERROR_PARAM]: param,
    },
    exception: known({
      [semconv.ATTR_EXCEPTION_TYPE]: errorType,
      [semconv.ATTR_EXCEPTION_MESSAGE]: message,
    }),
  };
}

/** `error.type` of an error without a class. */
const OTHER = '_OTHER';

/** How messages begin that quote parameters: of V8, and of the SDK's forms (v4 `uploads.ts`, v5 to v7 `internal/uploads.ts`). */
const QUOTING = [
  'Converting circular structure to JSON',
  'Invalid value given to form',
  'Invalid streaming file chunk',
  'Received null for ',
];

/** Whether an error of the request or the response quotes one of them, or may do so because the application wrote it. */
function isMadeFromContent(type: string | undefined, message: string | undefined): boolean {
  // A thrown value that is no error, an answer that is no JSON, and an answer that does not match a schema.
  if (type === undefined || type === 'SyntaxError' || type === 'ZodError') return true;
  return QUOTING.some((begin) => message?.startsWith(begin));
}

/** Some providers have numbers for codes. Of an application's error, the code can be any text: that is not recorded. */
function codeOf(code: unknown): string | undefined {
  const word = label(code);
  return word !== undefined && CODE.test(word) ? word : undefined;
}

const CODE = /^[\w.:/-]{1,128}$/;

function apiAttributes(field: (name: string) => unknown): Attributes | undefined {
  return {
    [semconv.ATTR_LLM_ERROR_TYPE]: text(field('type')),
    [semconv.ATTR_LLM_ERROR_PARAM]: text(field('param')),
    ...readable(() => describeResponse(field('status'), field('headers'))),
  };
}

/** The stack trace with another message, or with none: its first lines repeat the original one. */
function withMessage(stack: string, original: string | undefined, type = 'Error', message?: string): string {
  return `${type}${message === undefined ? '' : `: ${message}`}\n${framesOf(stack, original)}`;
}

/** The SDK makes an error body of any size an error message. In bytes of UTF-8. */
const MAX_LENGTH = 6_144;
/** Bounds the search for credentials. */
const MAX_SEARCHED = 4 * MAX_LENGTH;

/** Credentials go before the text is cut: of one that is cut in two, the rest could not be recognized. */
function recordable(said: string | undefined): string | undefined {
  if (said === undefined) return undefined;
  return cutBytes(withoutCredentials(said.length > MAX_SEARCHED ? beginning(said) : said), MAX_LENGTH);
}

/** Ends before a URL that would be cut. */
function beginning(said: string): string {
  const part = said.slice(0, MAX_SEARCHED);
  const url = part.lastIndexOf('://');
  return url >= MAX_LENGTH && !/\s/.test(part.slice(url)) ? part.slice(0, url) : part;
}

/** The application called the request off (SDK v4 to v7). */
export function isUserAbort(error: unknown): boolean {
  return readable(() => errorClass(error)) === 'APIUserAbortError';
}
