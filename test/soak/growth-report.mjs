import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** @typedef {'bare' | 'traced' | 'content'} Mode */

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
 * The milliseconds for which a first call with 20 MB in it blocks the event loop, beyond the same call in a process without
 * telemetry. The least of several processes each, because other work on the machine can only add to it.
 * @param {number} processes
 */
export async function compareBlocked(processes) {
  /** @type {string[]} */
  const shapes = await run([], 'blocked.mjs', []);
  const compared = [];
  for (const shape of shapes) {
    const [bare, content] = [
      await leastBlocked('bare', shape, processes),
      await leastBlocked('content', shape, processes),
    ];
    compared.push({ shape, milliseconds: content - bare });
  }
  return compared;
}

/** @param {Mode} mode @param {string} shape @param {number} processes */
async function leastBlocked(mode, shape, processes) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < processes; i++) {
    const { request, answer } = await run([], 'blocked.mjs', ['--mode', mode, '--shape', shape]);
    least = Math.min(least, request + answer);
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
