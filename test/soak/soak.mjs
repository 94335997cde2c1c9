/**
 * A load test: calls and thousands of concurrent streams with random faults, first bare and then traced.
 *
 * Then a growth test: situations that an application repeats for months, and what each operation leaves behind. At last for
 * how long 20 MB in one call block the event loop. A busy machine makes that longer: it needs a core of its own.
 *
 *   npm run soak [-- --minutes 3 --streams 2000 --seed 1 --operations 10000 --processes 3]
 *
 * Fails if a span is missing, is one too many, or has another outcome than the application saw, if a traced operation
 * leaves much more behind than a bare one, and if a call blocks for longer than 20 ms.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareBlocked, compareGrowth } from './growth-report.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    streams: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    operations: { type: 'string', default: '10000' },
    processes: { type: 'string', default: '3' },
  },
});

/** Bytes that a traced operation may leave behind. */
const MOST_BYTES = 200;
/** Before Node.js 24, promises hold the async context in which they were made: then no more than with a span by hand. */
const PROMISES_HOLD_CONTEXTS = Number.parseInt(process.versions.node, 10) < 24;

/** For how long a call with 20 MB in it may block the event loop, beyond bare. */
const MOST_MILLISECONDS = 20;

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

const growths = await compareGrowth(Number(values.operations), ['hand', 'traced', 'content']);
for (const { situation, mode, bareBytes, addedBytes, addedListeners, openSpans } of growths) {
  const byHand = growths.find((other) => other.mode === 'hand' && other.situation === situation);
  const most = PROMISES_HOLD_CONTEXTS ? Math.max(MOST_BYTES, byHand?.addedBytes ?? 0) : MOST_BYTES;
  const isGood = mode === 'hand' || (addedBytes <= most && addedListeners <= 0 && openSpans === 0);
  if (!isGood) process.exitCode = 1;
  console.log(
    `${isGood ? 'ok  ' : 'GROWS'} ${situation}, ${mode}: ${bareBytes} bytes bare, ${addedBytes} added; listeners added: ${addedListeners}; open spans: ${openSpans}`,
  );
}

for await (const { shape, mode, first, later } of compareBlocked(Number(values.processes), ['traced', 'content'])) {
  const isGood = first <= MOST_MILLISECONDS;
  if (!isGood) process.exitCode = 1;
  console.log(
    `${isGood ? 'ok  ' : 'BLOCKS'} ${shape}, ${mode}: blocked for ${first.toFixed(1)} ms in the first call, later ${later.toFixed(1)} ms`,
  );
}
