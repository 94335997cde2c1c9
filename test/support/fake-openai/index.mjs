import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { listen, readBody } from '../http-server.mjs';
import { deliver } from './deliver.mjs';
import { errorReply } from './reply.mjs';
import { findRoute } from './routes.mjs';
import { behaviour } from './scenarios.mjs';

/** @import { IncomingHttpHeaders, IncomingMessage } from 'node:http' */
/** @import { Reply } from './reply.mjs' */

/**
 * A request as the fake API looks at it.
 *
 * @typedef {object} ApiRequest
 * @property {number} number Counts the server's requests from 1; every id comes from it, so that runs repeat.
 * @property {string} method
 * @property {string} path Below the base URL, such as `/chat/completions`.
 * @property {URLSearchParams} query
 * @property {IncomingHttpHeaders} headers
 * @property {Buffer} body
 * @property {Record<string, unknown>} json The body if it is a JSON object, else empty.
 * @property {number} retry How often the SDK has tried this call before.
 * @property {number} seen How many requests of the same method and path came before.
 * @property {number} [words] The length of the answer, when a scenario sets it.
 * @property {'failed' | 'content_filter'} [outcome] How making a response ends, when a scenario sets it.
 */

/**
 * A request as tests look at it.
 *
 * @typedef {object} Received
 * @property {string} method
 * @property {string} path
 * @property {IncomingHttpHeaders} headers
 * @property {string} body
 * @property {boolean} aborted The connection closed before the response was complete, and not by a scenario.
 * @property {boolean} finished The whole response was handed over.
 * @property {boolean} over Nothing more comes: it was finished, aborted, or dropped by a scenario.
 */

/** Base URLs: `/v1`, Azure's `/openai/…`, each below an optional scenario. */
const ADDRESS = /^(?:\/(?<scenario>[^/]+))??\/(?:v1|openai(?:\/v1|\/deployments\/[^/]+)?)(?<path>\/.*)$/;

/**
 * An HTTP server that speaks the OpenAI API: same requests in the same order, same bytes back.
 *
 * @param {{ port?: number, unref?: boolean }} [options]
 */
export async function startFakeOpenAI({ port = 0, unref = false } = {}) {
  /** @type {Received[]} */
  const requests = [];
  let count = 0;
  /** @type {Map<string, number>} */
  const seen = new Map();

  const { origin, close } = await listen(
    async (req, res) => {
      const body = await readBody(req);
      if (body === undefined) return;
      count += 1;
      const { method = '', url = '/', headers } = req;
      const text = body.toString();
      const received = { method, path: url, headers, body: text, aborted: false, finished: false, over: false };
      requests.push(received);
      const kind = `${method} ${url}`;
      const before = seen.get(kind) ?? 0;
      seen.set(kind, before + 1);
      await deliver(res, answer(req, body, { number: count, seen: before }), received);
    },
    { port, unref },
  );

  return {
    url: `${origin}/v1`,
    /** @param {string} name From scenarios.mjs; several are joined with `+`. */
    scenario: (name) => `${origin}/${name}/v1`,
    requests,
    /** Forgets all requests and counts from 1 again. */
    reset() {
      requests.length = 0;
      count = 0;
      seen.clear();
    },
    close,
  };
}

/**
 * @param {IncomingMessage} req
 * @param {Buffer} body
 * @param {Pick<ApiRequest, 'number' | 'seen'>} counts
 * @returns {Reply}
 */
function answer({ method = '', url = '/', headers }, body, counts) {
  const { pathname, searchParams: query } = new URL(url, 'http://127.0.0.1');
  const { scenario, path = pathname } = ADDRESS.exec(pathname)?.groups ?? {};
  const retry = Number(headers['x-stainless-retry-count'] ?? 0);
  /** @type {ApiRequest} */
  const request = { ...counts, method, path, query, headers, body, json: {}, retry };
  const route = findRoute(request);
  const behave = behaviour(scenario);
  if (!route || !behave)
    return errorReply(request, 404, { message: `Invalid URL (${method} ${pathname})`, code: null });
  try {
    return behave(route.answer)({ ...request, json: parseObject(request) });
  } catch (error) {
    // Whatever the route cannot make sense of, the API would call a bad request.
    return errorReply(request, 400, { message: `We could not understand your request: ${error}` });
  }
}

/**
 * @param {ApiRequest} request
 * @returns {Record<string, unknown>}
 */
function parseObject({ headers, body }) {
  if (body.length === 0 || !headers['content-type']?.includes('json')) return {};
  return Object(JSON.parse(body.toString()));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
  const { url } = await startFakeOpenAI({ port: Number(values.port) });
  console.log(url);
}
