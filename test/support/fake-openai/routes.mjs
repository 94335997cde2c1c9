import { chatCompletions } from './chat-completions.mjs';

/** @import { ApiRequest } from './index.mjs' */
/** @import { Handler } from './reply.mjs' */

/**
 * One endpoint of the API. A new one is a file with its own `Route` and a line below.
 *
 * @typedef {object} Route
 * @property {string} method
 * @property {RegExp} path
 * @property {Handler} answer
 */

/** @type {Route[]} */
const routes = [chatCompletions];

/** @param {Pick<ApiRequest, 'method' | 'path'>} request */
export function findRoute({ method, path }) {
  return routes.find((route) => route.method === method && route.path.test(path));
}
