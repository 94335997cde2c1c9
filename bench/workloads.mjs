import {
  chatParams,
  completion,
  embeddingParams,
  embeddings,
  jsonAnswer,
  parseParams,
  sseAnswer,
  streamParams,
  toolCompletion,
} from './answers.mjs';

/** @import { App } from './app.mjs' */

/**
 * Something an application does, in small batches.
 *
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {'memory' | 'http' | { answer: () => Response }} api Where answers come from: objects in memory, the fake
 * API over HTTP, or responses made ready before the clock starts.
 * @property {number} [chunks] how many each stream has; added cost is then given per chunk too
 * @property {(readonly [from: number, to: number])[]} [phases] the calls of a process that are measured, by their number
 * @property {number} runs in a batch
 * @property {number} [calls] in a run
 * @property {number} rounds
 * @property {number} [warmUp] rounds before those that count, if it takes more of them: what runs for microseconds is
 * compiled late
 * @property {boolean} [long] It says in a few processes what it has to say.
 * @property {(app: App) => Promise<unknown>} run
 */

/** @type {readonly Workload[]} */
export const workloads = [
  {
    name: 'small',
    title: 'small answer, not streamed',
    api: { answer: jsonAnswer(completion('The capital of France is Paris.')) },
    phases: [
      [0, 100],
      [100, 1_000],
      [5_000, 20_000],
    ],
    runs: 20,
    rounds: 30,
    run: (app) => app.chat(chatParams),
  },
  {
    name: 'light',
    title: 'small answer, without HTTP',
    api: 'memory',
    phases: [
      [0, 100],
      [100, 1_000],
      [5_000, 20_000],
    ],
    runs: 100,
    rounds: 30,
    warmUp: 100,
    run: (app) => app.chat(chatParams),
  },
  {
    name: 'parse',
    title: '`parse()` of a small answer',
    api: { answer: jsonAnswer(completion('{"city":"Paris"}')) },
    runs: 25,
    rounds: 20,
    run: (app) => app.parse(parseParams),
  },
  {
    name: '128k',
    title: 'answer of 128 KB',
    api: { answer: jsonAnswer(completion('word '.repeat(26_214))) },
    runs: 5,
    rounds: 10,
    long: true,
    run: (app) => app.chat(chatParams),
  },
  {
    name: 'tools',
    title: 'tool arguments of 64 KB',
    api: { answer: jsonAnswer(toolCompletion(65_536)) },
    runs: 8,
    rounds: 10,
    long: true,
    run: (app) => app.chat(chatParams),
  },
  {
    name: 'embeddings',
    title: 'embeddings of 256 inputs',
    api: { answer: jsonAnswer(embeddings()) },
    runs: 2,
    rounds: 10,
    long: true,
    run: (app) => app.embed(embeddingParams),
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
    runs: 2,
    rounds: 15,
    run: (app) => app.stream(streamParams),
  },
  {
    name: 'long-stream',
    title: 'stream of 10,000 chunks',
    api: { answer: sseAnswer(10_000) },
    chunks: 10_000,
    runs: 1,
    warmUp: 1,
    rounds: 3,
    long: true,
    run: (app) => app.stream(streamParams),
  },
  {
    name: 'undecoded',
    title: 'stream of 5,000 chunks, without HTTP and decoding',
    api: 'memory',
    chunks: 5_000,
    runs: 1,
    rounds: 24,
    run: (app) => app.stream(streamParams),
  },
  {
    name: 'concurrent',
    title: '500 streams of 20 chunks at once',
    api: { answer: sseAnswer(20) },
    chunks: 20,
    runs: 1,
    calls: 500,
    warmUp: 1,
    rounds: 2,
    long: true,
    run: (app) => Promise.all(Array.from({ length: 500 }, () => app.stream(streamParams))),
  },
  {
    name: 'http',
    title: 'small answer over HTTP on this machine',
    api: 'http',
    runs: 5,
    rounds: 15,
    run: (app) => app.chat(chatParams),
  },
];
