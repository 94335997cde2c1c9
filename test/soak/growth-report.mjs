import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** @typedef {'bare' | 'hand' | 'traced' | 'content'} Mode */

/**
 * @typedef {object} Growth
 * @property {string} situation
 * @property {number} bytes heap growth per operation, over the second half of the operations
 * @property {number} listeners abort listeners left behind per operation
 * @property {number} openSpans
 */

/**
 * @typedef {object} Comparison
 * @property {string} situation
 * @property {Mode} mode
 * @property {number} bareBytes per operation
 * @property {number} addedBytes per operation, beyond bare
 * @property {number} addedListeners per operation, beyond bare
 * @property {number} openSpans
 */

/**
 * What each operation leaves behind, beyond what it leaves behind in a process without telemetry.
 * @param {number} operations of each situation
 * @param {readonly Mode[]} modes
 * @param {readonly string[]} [situations] all, if left out
 * @returns {Promise<Comparison[]>}
 */
export async function compareGrowth(operations, modes, situations) {
  const [bare, ...traced] = await Promise.all(
    /** @type {const} */ (['bare', ...modes]).map((mode) => growth(mode, operations, situations)),
  );
  return traced.flatMap((grown, at) =>
    grown.map(({ situation, bytes, listeners, openSpans }, i) => ({
      situation,
      mode: modes[at] ?? 'traced',
      bareBytes: bare?.[i]?.bytes ?? 0,
      addedBytes: bytes - (bare?.[i]?.bytes ?? 0),
      addedListeners: listeners - (bare?.[i]?.listeners ?? 0),
      openSpans,
    })),
  );
}

/**
 * @param {Mode} mode
 * @param {number} operations
 * @param {readonly string[]} [situations]
 * @returns {Promise<Growth[]>}
 */
async function growth(mode, operations, situations) {
  // Without compiled code, which comes and goes, figures repeat to a few bytes.
  const flags = ['--no-opt', '--no-sparkplug', '--no-flush-bytecode'];
  const args = ['--mode', mode, '--operations', String(operations)];
  if (situations) args.push('--situations', situations.join(';'));
  return run(flags, 'growth.mjs', args);
}

/**
 * @typedef {object} Blocked the milliseconds for which a call with 20 MB in it blocks the event loop
 * @property {number} first in the first call of a process, whose code is not compiled
 * @property {number} later
 */

/**
 * For how long a call blocks the event loop, beyond the same call in a process without telemetry: when it is made, or when it is
 * answered. The application's other work has its turn in between, so the longer one counts.
 * @param {number} processes the least of these counts, because other work on the machine can only add to it
 * @param {readonly Mode[]} modes
 * @returns {AsyncGenerator<{ shape: string, mode: Mode } & Blocked>}
 */
export async function* compareBlocked(processes, modes) {
  /** @type {string[]} */
  const shapes = await run([], 'blocked.mjs', []);
  for (const shape of shapes) {
    const bare = await leastBlocked('bare', shape, processes);
    for (const mode of modes) {
      const traced = await leastBlocked(mode, shape, processes);
      /** @param {'first' | 'later'} when */
      const longer = (when) =>
        Math.max(traced[when].request - bare[when].request, traced[when].answer - bare[when].answer);
      yield { shape, mode, first: longer('first'), later: longer('later') };
    }
  }
}

/** @param {Mode} mode @param {string} shape @param {number} processes */
async function leastBlocked(mode, shape, processes) {
  const none = { request: Number.POSITIVE_INFINITY, answer: Number.POSITIVE_INFINITY };
  const least = { first: { ...none }, later: { ...none } };
  for (let i = 0; i < processes; i++) {
    const blocked = await run([], 'blocked.mjs', ['--mode', mode, '--shape', shape]);
    for (const when of /** @type {const} */ (['first', 'later'])) {
      for (const part of /** @type {const} */ (['request', 'answer'])) {
        least[when][part] = Math.min(least[when][part], blocked[when][part]);
      }
    }
  }
  return least;
}

/**
 * @param {readonly string[]} flags
 * @param {string} script
 * @param {readonly string[]} args
 */
async function run(flags, script, args) {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const all = ['--expose-gc', '--no-warnings', ...flags, file, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, all, { env: { PATH: process.env.PATH } });
  return JSON.parse(stdout);
}
