import { chatParams, completion, jsonAnswer, sseAnswer, streamParams } from './answers.mjs';

/** @import { App } from './app.mjs' */

/** Calls of a process, by their number: from the first number on, up to the second. @typedef {readonly [from: number, to: number]} Phase */

/**
 * Something an application does.
 *
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {'memory' | { answer: () => Response }} api Where answers come from: objects in memory, or responses that
 * `fetch` makes.
 * @property {readonly Phase[]} phases the calls that are measured
 * @property {number} [chunks] how many each stream has; added cost is then given per chunk too
 * @property {(app: App) => Promise<unknown>} run
 */

/** A service with ten calls a second that is deployed each morning never leaves the second phase. @type {readonly Phase[]} */
const COLD_TO_HOT = [
  [0, 100],
  [100, 1_000],
  [5_000, 20_000],
];

/** @type {readonly Workload[]} */
export const workloads = [
  {
    name: 'small',
    title: 'small answer, not streamed',
    api: { answer: jsonAnswer(completion('The capital of France is Paris.')) },
    phases: COLD_TO_HOT,
    run: (app) => app.chat(chatParams),
  },
  {
    name: 'stream',
    title: 'stream of 200 chunks',
    api: { answer: sseAnswer(200) },
    chunks: 200,
    phases: [
      [0, 50],
      [500, 1_500],
    ],
    run: (app) => app.stream(streamParams),
  },
  {
    name: 'light',
    title: 'small answer, without the request',
    api: 'memory',
    phases: COLD_TO_HOT,
    run: (app) => app.chat(chatParams),
  },
  {
    name: 'undecoded',
    title: 'stream of 5,000 chunks, without the request and decoding',
    api: 'memory',
    chunks: 5_000,
    phases: [[20, 120]],
    run: (app) => app.stream(streamParams),
  },
];

/** @param {Phase} phase */
export function label([from, to]) {
  return `${(from + 1).toLocaleString('en')}–${to.toLocaleString('en')}`;
}
