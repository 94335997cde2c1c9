import { agents } from './agents.mjs';
import { audio } from './audio.mjs';
import { chatCompletions } from './chat-completions.mjs';
import { completions } from './completions.mjs';
import { decisions } from './decisions.mjs';
import { embeddings } from './embeddings.mjs';
import { files } from './files.mjs';
import { images } from './images.mjs';
import { jobs } from './jobs.mjs';
import { moderations } from './moderations.mjs';
import { responses } from './responses.mjs';
import { threads } from './threads.mjs';
import { vectorStoreSearch } from './vector-stores.mjs';

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
const routes = [
  chatCompletions,
  completions,
  embeddings,
  moderations,
  ...images,
  ...audio,
  vectorStoreSearch,
  ...responses,
  ...threads,
  decisions,
  ...jobs,
  ...files,
  ...agents,
];

/** @param {Pick<ApiRequest, 'method' | 'path'>} request */
export function findRoute({ method, path }) {
  return routes.find((route) => route.method === method && route.path.test(path));
}
