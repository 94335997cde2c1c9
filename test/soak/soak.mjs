/**
 * A load test: calls and thousands of concurrent streams with random faults, first bare and then traced.
 *
 *   npm run soak [-- --minutes 3 --streams 2000 --seed 1]
 *
 * Fails if a span is missing, is one too many, or has another outcome than the application saw.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    streams: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
  },
});

/** @param {string} path */
const file = (path) => fileURLToPath(new URL(path, import.meta.url));

const api = spawn(process.execPath, [file('../support/fake-openai/index.mjs')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = await once(api.stdout, 'data');
const common = ['--url', String(line).trim(), '--streams', values.streams, '--seed', values.seed];
const seconds = String((Number(values.minutes) * 60) / 2);

try {
  for (const mode of ['bare', 'traced']) {
    const args = ['--expose-gc', file('./load.mjs'), '--mode', mode, '--seconds', seconds, ...common];
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    if (code !== 0) process.exitCode = 1;
  }
} finally {
  api.kill();
}
