import { DONE, errorReply, isStream, retryAtOnce, sseEvent, textReply } from './reply.mjs';

/** @import { Handler, Reply } from './reply.mjs' */

/** @typedef {Record<string, unknown>} Json */

/**
 * Changes how the API answers, before (other request) or after (other reply) or instead of the handler it is given.
 *
 * @typedef {(next: Handler) => Handler} Behaviour
 */

/**
 * The first path segment of a base URL picks one, `#` stands for a number; several are joined with `+`.
 * Those about chunks and SSE change streams only.
 *
 * @type {Record<string, (...numbers: number[]) => Behaviour>}
 */
const scenarios = {
  'status-#': (status) => firstTries(Infinity, (request) => errorReply(request, status)),
  'poll-status-#': (status) => (next) => (request) =>
    request.method === 'GET' && request.seen > 0 ? errorReply(request, status) : next(request),
  'poll-delay-#': (delayMs) => (next) => (request) =>
    request.method === 'GET' ? { ...next(request), delayMs } : next(request),
  'status-#-times-#': (status, times) => firstTries(times, (request) => errorReply(request, status)),
  'status-#-html': (status) => instead((request) => retryAtOnce(textReply(request, HTML, 'text/html', status))),

  'delay-#': (delayMs) => reshape((reply) => ({ ...reply, delayMs })),
  'slow-body-#': (betweenMs) => reshape((reply) => ({ ...reply, parts: halves(reply), betweenMs })),
  'chunk-delay-#': (betweenMs) => reshapeStream((reply) => ({ ...reply, betweenMs })),

  drop: () => reshape((reply) => ({ ...reply, ending: 'refuse' })),
  'drop-body': () => reshape((reply) => ({ ...reply, parts: halves(reply).slice(0, 1), ending: 'drop' })),
  'drop-after-#': (n) => reshapeStream((reply) => ({ ...reply, parts: reply.parts.slice(0, n), ending: 'drop' })),
  'stall-body': () => reshape((reply) => ({ ...reply, parts: halves(reply).slice(0, 1), ending: 'stall' })),
  'stall-after-#': (n) => reshapeStream((reply) => ({ ...reply, parts: reply.parts.slice(0, n), ending: 'stall' })),

  'stream-chunks-#': (words) => (next) => (request) => next({ ...request, words }),
  'sse-error-after-#': (n) => editParts((parts) => [...parts.slice(0, n), SSE_ERROR]),
  'error-event-after-#': (n) => editParts((parts) => [...parts.slice(0, n), ERROR_EVENT]),
  'sse-garbage-after-#': (n) => editParts((parts) => [...parts.slice(0, n), sseEvent('{not json')]),
  'no-done': () => editParts((parts) => parts.filter((part) => part !== DONE)),
  'empty-stream': () => editParts(() => [DONE]),
  'chunk-no-choices': () => editParts(([first = '', ...rest]) => [first, ...STRANGE_CHUNKS, ...rest]),

  'not-json': () => instead((request) => textReply(request, '{"id": "chatcmpl-', 'application/json')),
  text: () => instead((request) => textReply(request, 'Just text.', 'text/plain')),
  'no-content': () => reshape((reply) => ({ ...reply, status: 204, parts: [] })),
  'null-body': () => instead((request) => textReply(request, 'null', 'application/json')),
  'error-body': () => instead((request) => textReply(request, ERROR_BODY, 'application/json')),
  'array-body': () => instead((request) => textReply(request, '[]', 'application/json')),
  'no-headers': () => reshape((reply) => ({ ...reply, headers: only(reply.headers, 'content-type') })),

  'no-choices': () => edit(({ choices: _, ...rest }) => rest),
  'choices-null': () => edit((json) => ({ ...json, choices: null })),
  'choices-string': () => edit((json) => ({ ...json, choices: 'x' })),
  'choices-empty': () => edit((json) => ({ ...json, choices: [] })),
  'choice-null': () => edit((json) => ({ ...json, choices: [null, ...choicesOf(json)] })),
  'response-failed': () => (next) => (request) => next({ ...request, outcome: 'failed' }),
  'response-content-filter': () => (next) => (request) => next({ ...request, outcome: 'content_filter' }),
  refusal: () => editChoices(refuse),
  'content-filter': () =>
    editChoices((choice) => (choice.finish_reason ? { ...choice, finish_reason: 'content_filter' } : choice)),

  'usage-null': () => edit((json) => ({ ...json, usage: null })),
  'no-usage': () => edit(({ usage: _, ...rest }) => rest),
  'odd-usage': () => edit((json) => (json.usage ? { ...json, usage: ODD_USAGE } : json)),
};

/** As some gateways answer with status 200. */
const ERROR_BODY = '{"error":{"message":"Upstream failed","code":502}}';

const HTML = '<html><body><h1>Something is wrong with the gateway</h1></body></html>';

const SSE_ERROR = sseEvent(
  JSON.stringify({
    error: { message: 'The server had an error.', type: 'server_error', param: null, code: 'stream_failed' },
  }),
);

/** As the Responses API reports a failure in the middle of a stream. */
const ERROR_EVENT = `event: error\n${sseEvent(
  JSON.stringify({
    type: 'error',
    code: 'server_error',
    message: 'The server had an error.',
    param: null,
    sequence_number: 99,
  }),
)}`;

const STRANGE_CHUNKS = [{ id: 'chatcmpl-strange' }, { choices: null }, null, 7].map((chunk) =>
  sseEvent(JSON.stringify(chunk)),
);

const ODD_USAGE = {
  prompt_tokens: '12',
  completion_tokens: null,
  total_tokens: 'many',
  prompt_tokens_details: { cached_tokens: '3' },
  completion_tokens_details: null,
};

const patterns = Object.entries(scenarios).map(([name, make]) => ({
  pattern: new RegExp(`^${name.replaceAll('#', '(\\d+)')}$`),
  make,
}));

/**
 * The behaviour of a scenario path, or `undefined` for one that does not exist.
 *
 * @param {string | undefined} path
 * @returns {Behaviour | undefined}
 */
export function behaviour(path) {
  const behaviours = path === undefined ? [] : path.split('+').map(find);
  if (!behaviours.every((found) => found !== undefined)) return undefined;
  return (handler) => behaviours.reduceRight((next, behave) => behave(next), byModel(handler));
}

/** @param {string} name */
function find(name) {
  for (const { pattern, make } of patterns) {
    const match = pattern.exec(name);
    if (match) return make(...match.slice(1).map(Number));
  }
  return undefined;
}

/** @type {Map<unknown, Behaviour>} */
const models = new Map([
  ['gpt-overloaded', firstTries(Infinity, (request) => errorReply(request, 503))],
  ['gpt-flaky', firstTries(2, (request) => errorReply(request, 429))],
]);

/** @type {Behaviour} */
function byModel(next) {
  return (request) => (models.get(request.json.model)?.(next) ?? next)(request);
}

/**
 * @param {number} times
 * @param {Handler} fail
 * @returns {Behaviour}
 */
function firstTries(times, fail) {
  return (next) => (request) => (request.retry < times ? fail(request) : next(request));
}

/**
 * @param {Handler} handler
 * @returns {Behaviour}
 */
function instead(handler) {
  return () => handler;
}

/**
 * @param {(reply: Reply) => Reply} change
 * @returns {Behaviour}
 */
function reshape(change) {
  return (next) => (request) => change(next(request));
}

/**
 * @param {(reply: Reply) => Reply} change
 * @returns {Behaviour}
 */
function reshapeStream(change) {
  return reshape((reply) => (isStream(reply) ? change(reply) : reply));
}

/**
 * @param {(parts: string[]) => string[]} change
 * @returns {Behaviour}
 */
function editParts(change) {
  return reshapeStream((reply) => ({ ...reply, parts: change(reply.parts) }));
}

/**
 * Changes the JSON of a body, or of every event of a stream.
 *
 * @param {(json: Json) => unknown} change
 * @returns {Behaviour}
 */
function edit(change) {
  return reshape((reply) => ({
    ...reply,
    parts: reply.parts.map((part) => part.replace(/\{.*\}/s, (json) => JSON.stringify(change(JSON.parse(json))))),
  }));
}

/**
 * @param {(choice: Json) => Json} change
 * @returns {Behaviour}
 */
function editChoices(change) {
  return edit((json) => ({ ...json, choices: choicesOf(json).map(change) }));
}

/**
 * @param {Json} json
 * @returns {Json[]}
 */
function choicesOf({ choices }) {
  return Array.isArray(choices) ? choices : [];
}

/**
 * Says what it has to say as a refusal, in a message and in the deltas of a stream alike.
 *
 * @param {Json} choice
 */
function refuse(choice) {
  const part = 'message' in choice ? 'message' : 'delta';
  const { content = null, ...rest } = /** @type {Json} */ (choice[part]);
  return content ? { ...choice, [part]: { ...rest, content: null, refusal: content } } : choice;
}

/** @param {Reply} reply */
function halves({ parts }) {
  const characters = [...parts.join('')];
  const middle = characters.length >> 1;
  return [characters.slice(0, middle).join(''), characters.slice(middle).join('')];
}

/**
 * @param {Record<string, string>} headers
 * @param {string} kept
 */
function only(headers, kept) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name === kept));
}
