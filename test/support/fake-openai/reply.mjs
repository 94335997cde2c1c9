/** @import { ApiRequest } from './index.mjs' */

/**
 * What goes back, as plain data, so that scenarios can reshape it before a byte is sent.
 *
 * @typedef {object} Reply
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {string[]} parts Pieces of the body, each written by itself: the JSON text, or one SSE event each.
 * @property {'latin1'} [encoding] Of parts that hold a byte a character.
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
 * The state of something that is under way, as the SDK polls for it: unfinished twice, then final, and so on in turn. The
 * SDK would wait five seconds before it asks again.
 *
 * @param {ApiRequest} request
 * @param {unknown} unfinished
 * @param {unknown} final
 * @returns {Reply}
 */
export function polledReply(request, unfinished, final) {
  const reply = jsonReply(request, request.seen % 3 < 2 ? unfinished : final);
  return { ...reply, headers: { ...reply.headers, 'openai-poll-after-ms': '1' } };
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
 * @param {Buffer} bytes
 * @param {string} contentType
 * @returns {Reply}
 */
export function binaryReply(request, bytes, contentType) {
  return { ...textReply(request, bytes.toString('latin1'), contentType), encoding: 'latin1' };
}

/**
 * The error that the API gives for a request without what it needs.
 *
 * @param {ApiRequest} request
 * @param {Record<string, unknown>} params
 * @param {string[]} needed
 */
export function missingReply(request, params, needed) {
  const missing = needed.find((name) => !params[name]);
  if (!missing) return undefined;
  const message = `Missing required parameter: '${missing}'.`;
  return errorReply(request, 400, { message, param: missing, code: 'missing_required_parameter' });
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

/**
 * A stream whose events have names, given or else the `type` of their data.
 *
 * @param {ApiRequest} request
 * @param {({ event: string, data: unknown } | { type: string, [field: string]: unknown })[]} events With a `data` of their own, or data themselves.
 */
export function namedSseReply(request, events) {
  const headers = headersFor(request, 'text/event-stream; charset=utf-8');
  const parts = events.map((event) => {
    const [name, data] = 'type' in event ? [event.type, event] : [event.event, event.data];
    return `event: ${name}\n${sseEvent(JSON.stringify(data))}`;
  });
  return { status: 200, headers, parts };
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
