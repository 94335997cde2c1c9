/** @import { ApiRequest } from './index.mjs' */

/**
 * What goes back, as plain data, so that scenarios can reshape it before a byte is sent.
 *
 * @typedef {object} Reply
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {string[]} parts Pieces of the body, each written by itself: the JSON text, or one SSE event each.
 * @property {number} [delayMs] Before the headers.
 * @property {number} [betweenMs] Between two parts.
 * @property {'end' | 'stall' | 'drop' | 'refuse'} [ending] After the parts: complete, silence, a lost connection; or
 * no response at all.
 */

/** @typedef {(request: ApiRequest) => Reply} Handler */

/** @typedef {{ message: string, type: string, param: string | null, code: string | null }} ApiError */

/** @type {Record<number, ApiError>} */
const errors = {
  400: apiError('The request has a value that is not allowed.', 'invalid_request_error', 'invalid_value', 'messages'),
  401: apiError('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key'),
  403: apiError('Your project has no access to this.', 'request_forbidden', 'access_denied'),
  404: apiError(
    'The model does not exist or you do not have access to it.',
    'invalid_request_error',
    'model_not_found',
  ),
  408: apiError('The request timed out.', 'timeout_error', 'request_timeout'),
  409: apiError('The resource was changed by another request.', 'invalid_request_error', 'conflict'),
  422: apiError('The request could not be processed.', 'invalid_request_error', 'unprocessable_entity'),
  429: apiError('Rate limit reached for requests.', 'requests', 'rate_limit_exceeded'),
  500: apiError('The server had an error while processing your request.', 'server_error', 'internal_error'),
  503: apiError('The engine is currently overloaded.', 'server_error', 'overloaded'),
};

/**
 * @param {string} message
 * @param {string} type
 * @param {string} code
 * @param {string | null} [param]
 * @returns {ApiError}
 */
function apiError(message, type, code, param = null) {
  return { message, type, param, code };
}

/**
 * @param {ApiRequest} request
 * @param {number} status
 * @param {Partial<ApiError>} [details] Other than those usual for the status.
 */
export function errorReply(request, status, details) {
  const usual = errors[status] ?? errors[status < 500 ? 400 : 500];
  return retryAtOnce(jsonReply(request, { error: { ...usual, ...details } }, status));
}

/**
 * The SDK would wait half a second and more before it tries again.
 *
 * @param {Reply} reply
 * @returns {Reply}
 */
export function retryAtOnce(reply) {
  return { ...reply, headers: { ...reply.headers, 'retry-after-ms': '1' } };
}

/**
 * @param {ApiRequest} request
 * @param {unknown} body
 * @param {number} [status]
 */
export function jsonReply(request, body, status = 200) {
  return textReply(request, JSON.stringify(body), 'application/json', status);
}

/**
 * @param {ApiRequest} request
 * @param {string} text
 * @param {string} contentType
 * @param {number} [status]
 * @returns {Reply}
 */
export function textReply(request, text, contentType, status = 200) {
  return { status, headers: headersFor(request, contentType), parts: [text] };
}

/**
 * @param {ApiRequest} request
 * @param {unknown[]} chunks
 * @returns {Reply}
 */
export function sseReply(request, chunks) {
  const headers = headersFor(request, 'text/event-stream; charset=utf-8');
  return { status: 200, headers, parts: [...chunks.map((chunk) => sseEvent(JSON.stringify(chunk))), DONE] };
}

/** @param {string} data */
export function sseEvent(data) {
  return `data: ${data}\n\n`;
}

/** The last event of a stream. */
export const DONE = sseEvent('[DONE]');

/** @param {Reply} reply */
export function isStream({ headers }) {
  return headers['content-type']?.startsWith('text/event-stream') === true;
}

/**
 * @param {ApiRequest} request
 * @param {string} contentType
 * @returns {Record<string, string>}
 */
function headersFor(request, contentType) {
  return {
    'content-type': contentType,
    'x-request-id': `req_fake_${serial(request)}`,
    'openai-processing-ms': '42',
    'openai-version': '2020-10-01',
    'openai-organization': 'fake-org',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-limit-tokens': '200000',
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-remaining-tokens': '199950',
  };
}

/** @param {ApiRequest} request */
export function serial({ number }) {
  return String(number).padStart(4, '0');
}
