import type { Attributes } from '@opentelemetry/api';
import { count, fieldsOf, number, text } from '../read.js';
import * as semconv from '../semconv.js';

/** Span attributes from the status code and the headers of an API response. They are the same for every API. */
export function describeResponse(status: unknown, headers: unknown): Attributes {
  const { get } = fieldsOf(headers);
  return {
    [semconv.ATTR_HTTP_RESPONSE_STATUS_CODE]: number(status),
    [semconv.ATTR_LLM_REQUEST_ID]: text(header(headers, get, 'x-request-id')),
    [semconv.ATTR_LLM_SERVER_PROCESSING_MS]: count(header(headers, get, 'openai-processing-ms')),
    [semconv.ATTR_LLM_RATE_LIMIT_LIMIT_REQUESTS]: count(header(headers, get, 'x-ratelimit-limit-requests')),
    [semconv.ATTR_LLM_RATE_LIMIT_LIMIT_TOKENS]: count(header(headers, get, 'x-ratelimit-limit-tokens')),
    [semconv.ATTR_LLM_RATE_LIMIT_REMAINING_REQUESTS]: count(header(headers, get, 'x-ratelimit-remaining-requests')),
    [semconv.ATTR_LLM_RATE_LIMIT_REMAINING_TOKENS]: count(header(headers, get, 'x-ratelimit-remaining-tokens')),
  };
}

/**
 * Headers are a `Headers` object, or a plain object on errors of SDK v4 (`core.ts`, `createResponseHeaders`).
 * @param get of `headers`
 */
function header(headers: unknown, get: unknown, name: string): unknown {
  return typeof get === 'function' ? get.call(headers, name) : fieldsOf(headers)[name];
}
