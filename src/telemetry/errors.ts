import type { Attributes } from '@opentelemetry/api';
import { known } from '../known.js';
import type { Failure } from '../operations/operation.js';
import { fieldsOf, label, text } from '../read.js';
import * as semconv from '../semconv.js';
import { cutBytes } from './cut.js';
import { errorClass } from './error-class.js';
import { describeResponse } from './headers.js';
import { shortLabel } from './labels.js';

export interface ErrorDescription {
  readonly message: string | undefined;
  /** For the span. */
  readonly attributes: Attributes;
  /** For its `exception` event. */
  readonly exception: Attributes;
}

/** What a rejection says: one of the SDK's error classes (v4 to v7), or anything else that was thrown. */
export function describeError(error: unknown): ErrorDescription {
  const { status, headers, code, type, param, message, stack } = fieldsOf(error);
  const errorType = errorClass(error) ?? '_OTHER';
  const said = text(message) ?? text(error);
  return {
    message: discreet(said),
    attributes: {
      [semconv.ATTR_ERROR_TYPE]: errorType,
      [semconv.ATTR_LLM_ERROR_CODE]: label(code),
      [semconv.ATTR_LLM_ERROR_TYPE]: text(type),
      [semconv.ATTR_LLM_ERROR_PARAM]: text(param),
      ...describeResponse(status, headers),
    },
    exception: known({
      [semconv.ATTR_EXCEPTION_TYPE]: errorType,
      [semconv.ATTR_EXCEPTION_MESSAGE]: discreet(said),
      [semconv.ATTR_EXCEPTION_STACKTRACE]: discreet(text(stack)),
    }),
  };
}

/** A failure that the response body reports. There is no error class, so the provider's code is the type. */
export function describeFailure({ message, code, type, param }: Failure): ErrorDescription {
  const said = discreet(message);
  const errorType = shortLabel(code ?? type) ?? '_OTHER';
  return {
    message: said,
    attributes: {
      [semconv.ATTR_ERROR_TYPE]: errorType,
      [semconv.ATTR_LLM_ERROR_CODE]: code,
      [semconv.ATTR_LLM_ERROR_TYPE]: type,
      [semconv.ATTR_LLM_ERROR_PARAM]: param,
    },
    exception: known({
      [semconv.ATTR_EXCEPTION_TYPE]: errorType,
      [semconv.ATTR_EXCEPTION_MESSAGE]: said,
    }),
  };
}

/** Errors of the JavaScript runtime that quote what they refuse: an API key with a line break in it, an answer. */
const QUOTING = [' is an invalid header value', ' is not valid JSON'];

/** Those of node-fetch (SDK v4) tell the whole URL, in which there may be credentials. */
const URL_IN_TEXT = /(https?:\/\/)(?:[^\s/?#]*@)?([^\s?#"'<>]*)(?:\?[^\s"'<>]*)?/gi;

/** The SDK makes an error body of any size an error message. In bytes of UTF-8. */
const MAX_LENGTH = 16_384;

function discreet(said: string | undefined): string | undefined {
  if (said === undefined) return undefined;
  return cutBytes(withoutQuotation(said), MAX_LENGTH).replace(URL_IN_TEXT, (_, scheme, rest) => `${scheme}${rest}`);
}

function withoutQuotation(said: string): string {
  const end = Math.max(...QUOTING.map((reason) => said.lastIndexOf(reason)));
  const start = said.indexOf('"');
  return start >= 0 && start < end ? `${said.slice(0, start)}"…"${said.slice(end)}` : said;
}

/** The application called the request off (SDK v4 to v7). */
export function isUserAbort(error: unknown): boolean {
  return errorClass(error) === 'APIUserAbortError';
}
