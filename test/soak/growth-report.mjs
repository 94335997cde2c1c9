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
  const script = fileURLToPath(new URL('./growth.mjs', import.meta.url));
  // Without compiled code, which comes and goes, figures repeat to a few bytes.
  const flags = ['--expose-gc', '--no-opt', '--no-sparkplug', '--no-flush-bytecode', '--no-warnings'];
  const args = [...flags, script, '--mode', mode, '--operations', String(operations)];
  if (situations) args.push('--situations', situations.join(';'));
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH: process.env.PATH } });
  return JSON.parse(stdout);
}
