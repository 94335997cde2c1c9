import type { Attributes } from '@opentelemetry/api';
import { count, fieldsOf, number, text } from '../read.js';
import * as semconv from '../semconv.js';

/** Span attributes from the status code and the headers of an API response. They are the same for every API. */
export function describeResponse(status: unknown, headers: unknown): Attributes {
  const header = reader(headers);
  return {
    [semconv.ATTR_HTTP_RESPONSE_STATUS_CODE]: number(status),
    [semconv.ATTR_LLM_REQUEST_ID]: text(header('x-request-id')),
    [semconv.ATTR_LLM_SERVER_PROCESSING_MS]: count(header('openai-processing-ms')),
    [semconv.ATTR_LLM_RATE_LIMIT_LIMIT_REQUESTS]: count(header('x-ratelimit-limit-requests')),
    [semconv.ATTR_LLM_RATE_LIMIT_LIMIT_TOKENS]: count(header('x-ratelimit-limit-tokens')),
    [semconv.ATTR_LLM_RATE_LIMIT_REMAINING_REQUESTS]: count(header('x-ratelimit-remaining-requests')),
    [semconv.ATTR_LLM_RATE_LIMIT_REMAINING_TOKENS]: count(header('x-ratelimit-remaining-tokens')),
  };
}

/** Headers are a `Headers` object, or a plain object on errors of SDK v4 (`core.ts`, `createResponseHeaders`). */
function reader(headers: unknown): (name: string) => unknown {
  const fields = fieldsOf(headers);
  const { get } = fields;
  return typeof get === 'function' ? (name) => get.call(headers, name) : (name) => fields[name];
}
