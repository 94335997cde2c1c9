import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { variants } from './variants.mjs';
import { workloads } from './workloads.mjs';

/** @import { Cost, Results } from './calls.mjs' */
/** @import { measureGrowth } from './growing.mjs' */
/** @import { measureStartup } from './startup.mjs' */
/** @import { Estimate } from './statistics.mjs' */

const OTEL_PEERS = variants.filter(({ kind, alone }) => kind === 'peer' && !alone).map(({ name }) => name);

/** @param {number} processes */
export function machine(processes) {
  const [cpu] = cpus();
  return [
    '# Performance',
    '',
    `Measured with \`npm run bench -- --processes ${processes}\` on ${cpu?.model.trim()} (${cpus().length} cores), Node.js`,
    `${process.version}, openai 6.49.0, OpenTelemetry SDK 2.12. Run it on your own machine: ratios travel, microseconds do not.`,
    '',
    'Every number is the median over fresh processes, with its 95 % interval (bootstrap over processes) in brackets. In each',
    'process every variant has copies of its own of `openai` and of its instrumentation, and batches of all variants are',
    'interleaved in random order; "added" means over the bare SDK in the same round. Time is CPU time of the process, which',
    'does not run on while other processes have the machine; that of collecting the garbage a batch has left behind is part of',
    'it. Responses are ready in memory, so what is left is the SDK and the instrumentation; "without HTTP" leaves out the',
    'request too, of which the SDK makes a hundred microseconds. Spans go to a batch processor with an exporter that throws',
    'them away; dd-trace, which has an exporter of its own, encodes its spans for an agent on this machine. An',
    '`AsyncLocalStorage` context manager is in use for all, also for bare: before Node 24 it makes every promise dearer, and so',
    'every chunk that passes by. Runs on other versions of Node.js lie beside this page (`performance-*.md`).',
    '',
    '*bare again* is a second copy of the bare SDK: what it seems to cost is the noise. *by hand* is a span around the call',
    'with model, token counts and finish reasons (8 attributes), written where the call is; *as much as ours* has all 29',
    'attributes of ours, those of the event included, for the two workloads with a small answer. That one is measured after some 600 calls,',
    'while much of the code is not compiled yet; without HTTP it is measured after 10,000.',
    '',
  ].join('\n');
}

/**
 * @param {Results} results
 */
export function targetsReport(results) {
  const { time, memory, addedRatio } = results;
  /** @type {(string | undefined)[]} */
  const rows = [];
  /** @param {string} what @param {Estimate | undefined} got @param {number} limit @param {(n: number) => string} show */
  const row = (what, got, limit, show) => {
    if (!got || Number.isNaN(got.value)) return;
    const verdict = got.value > limit ? 'missed' : got.high > limit ? 'met, not beyond doubt' : 'met';
    rows.push(`| ${what} | ≤ ${show(limit)} | ${spread(got, show)} | ${verdict} |`);
  };
  const has = (/** @type {string} */ workload) => time[workload]?.ours !== undefined;
  for (const [workload = '', call = ''] of [
    ['light', 'small call without HTTP'],
    ['small', 'small call'],
  ]) {
    if (!has(workload)) continue;
    const [best] = OTEL_PEERS.map((name) => ({ name, cost: time[workload]?.[name] }))
      .filter(({ cost }) => isCost(cost))
      .sort((a, b) => addedOf(a.cost) - addedOf(b.cost));
    row(`${call}: added time over that of a span by hand`, addedRatio(workload, 'ours', 'by hand'), 1.3, times);
    row(`${call}: … by hand, as much as ours`, addedRatio(workload, 'ours', 'by hand, as much as ours'), 1.3, times);
    if (best) row(`${call}: … of ${best.name}, the lightest peer`, addedRatio(workload, 'ours', best.name), 0.5, times);
    row(`${call}, not sampled: added`, added(time[workload]?.['ours, not sampled']), 3, us);
    row(`${call}, no SDK registered: added`, added(time[workload]?.['ours, no SDK']), 3, us);
  }
  if (has('undecoded')) {
    row('a chunk: added', perChunk(time.undecoded?.ours), 100, ns);
    row('a chunk, streams inspected: added', perChunk(time.undecoded?.['ours, streams inspected']), 500, ns);
  }
  row('an open stream: memory kept over bare', memory.ours?.perOpenStream, 4_096, bytes);
  const why = [
    'Where attributes are counted (the last column below), a span of ours and its event have 29, against 8 by hand and 12 to 23 of',
    'the OpenTelemetry peers. What OpenTelemetry itself takes for that many is more than the first and the third target allow:',
    '*by hand, as much as ours* is the least that such a span can cost. A chunk costs a promise, or a failure of `next()` that',
    'nobody handles would no longer be unhandled.',
    '',
  ];
  return [table('Targets', ['what', 'target', 'measured', ''], rows), ...why].join('\n');
}

/**
 * @param {Results} results
 * @param {readonly string[]} names of the workloads
 */
export function callsReport({ time, memory }, names) {
  const parts = ['## Calls', ''];
  for (const workload of workloads.filter(({ name }) => names.includes(name))) {
    const chunks = workload.chunks;
    const rows = Object.entries(time[workload.name] ?? {})
      .filter(([variant]) => variant !== 'bare')
      .map(([variant, cost]) => {
        if (!isCost(cost)) return `| ${variant} | fails: ${cost.failure} |${' |'.repeat(chunks ? 4 : 3)}`;
        const each = chunks ? perChunk(cost, chunks) : undefined;
        return `| ${variant} | ${spread(cost.ratio, times)} | ${spread(cost.addedUs, us)} |${each ? ` ${spread(each, ns)} |` : ''} ${count(cost.spans)} | ${count(cost.attributes)} |`;
      });
    const per = workload.calls ? 'added per stream' : 'added per call';
    parts.push(
      table(
        workload.title,
        ['variant', 'time ÷ bare', per, ...(chunks ? ['added per chunk'] : []), 'spans a call', 'attributes'],
        rows,
        '###',
      ),
    );
  }
  const rows = Object.entries(memory)
    .filter(([variant]) => variant !== 'bare')
    .map(
      ([variant, { perCall, perChunk, perOpenStream }]) =>
        `| ${variant} | ${spread(perCall, bytes)} | ${spread(perChunk, bytes)} | ${spread(perOpenStream, bytes)} |`,
    );
  if (rows.length > 0) {
    parts.push(
      table(
        'Memory, over bare',
        ['variant', 'allocated a small call', 'allocated a chunk', 'kept by an open stream'],
        rows,
        '###',
      ),
    );
  }
  return parts.join('\n');
}

/** @param {Awaited<ReturnType<typeof measureGrowth>>} growth */
export function growthReport({ curves, abandoned }) {
  const units = { chunks: 'chunks in a stream', concurrency: 'streams at once', history: 'messages sent' };
  const parts = ['## Growth', '', 'Added time in total against size. Exponent: 0 is flat, 1 is linear.', ''];
  for (const [curve, byVariant] of Object.entries(curves)) {
    const sizes = Object.values(byVariant)[0]?.points.map(({ x }) => x) ?? [];
    const rows = Object.entries(byVariant).map(
      ([variant, { points, exponent }]) =>
        `| ${variant} | ${points.map(({ addedUs }) => us(addedUs)).join(' | ')} | ${exponent.toFixed(2)} | ${each(points)} |`,
    );
    const title = `Time against ${units[/** @type {keyof typeof units} */ (curve)]}`;
    parts.push(table(title, ['variant', ...sizes.map(label), 'exponent', 'each, at the most'], rows, '###'));
    const byteRows = Object.entries(byVariant).flatMap(([variant, { points, bytesExponent }]) =>
      bytesExponent === undefined
        ? []
        : [
            `| ${variant} | ${points.map(({ addedBytes = 0 }) => bytes(addedBytes)).join(' | ')} | ${bytesExponent.toFixed(2)} |`,
          ],
    );
    if (byteRows.length > 0) {
      parts.push(table('Memory against open streams', ['variant', ...sizes.map(label), 'exponent'], byteRows, '###'));
    }
  }
  const rows = Object.entries(abandoned).map(
    ([variant, { before, after, spans, streams }]) =>
      `| ${variant} | ${streams.toLocaleString('en')} | ${spans.toLocaleString('en')} | ${bytes(before)} | ${bytes(after)} | ${bytes(after - before)} |`,
  );
  parts.push(
    table(
      'Streams broken off (half) or dropped while open (half)',
      ['variant', 'streams', 'spans ended', 'heap before', 'heap after', 'difference'],
      rows,
      '###',
    ),
  );
  return parts.join('\n');
}

/** @param {Awaited<ReturnType<typeof measureStartup>>} startup */
export function startupReport({ milliseconds, packages }) {
  const rows = Object.entries(milliseconds).map(([title, time]) => `| ${title} | ${spread(time, ms)} |`);
  const { ours, peers } = packages;
  const sizes = [
    `| ours | ${bytes(ours.unpackedSize)} unpacked, source maps included; ${bytes(ours.size)} to download; ${bytes(ours.code)} of code is loaded |`,
    ...Object.entries(peers).map(([name, size]) => `| ${name} | ${bytes(size)} unpacked |`),
  ];
  return [
    table('Start-up', ['step', 'CPU time'], rows),
    table('Package size', ['package', 'size, without dependencies'], sizes, '###'),
  ].join('\n');
}

/**
 * @param {string} path
 * @param {string} text
 */
export function write(path, text) {
  writeFileSync(path, text.endsWith('\n') ? text : `${text}\n`);
}

/** @param {Cost | { failure: string } | undefined} cost @returns {cost is Cost} */
function isCost(cost) {
  return cost !== undefined && !('failure' in cost);
}

/** @param {Cost | { failure: string } | undefined} cost */
function added(cost) {
  return isCost(cost) ? cost.addedUs : undefined;
}

/** @param {Cost | { failure: string } | undefined} cost */
function addedOf(cost) {
  return added(cost)?.value ?? Number.NaN;
}

/**
 * @param {Cost | { failure: string } | undefined} cost
 * @param {number | undefined} [chunks]
 * @returns {Estimate | undefined} in nanoseconds
 */
function perChunk(cost, chunks = workloads.find(({ name }) => name === 'undecoded')?.chunks) {
  const total = added(cost);
  if (!total || !chunks) return undefined;
  const each = (/** @type {number} */ n) => (n * 1_000) / chunks;
  return { value: each(total.value), low: each(total.low), high: each(total.high) };
}

/**
 * @param {Estimate} estimate
 * @param {(n: number) => string} show
 */
function spread({ value, low, high }, show) {
  return `${show(value)} (${show(low)} … ${show(high)})`;
}

/** @param {number} n */
function count(n) {
  return Number.isNaN(n) ? '' : n.toFixed(2).replace(/\.00$/, '');
}

/** @param {number} size */
function label(size) {
  return size.toLocaleString('en');
}

/** @param {readonly { x: number, addedUs: number }[]} points */
function each(points) {
  const last = points.at(-1);
  return last ? ns((last.addedUs * 1_000) / last.x) : '';
}

/** @param {number} n */
const times = (n) => `${n.toFixed(2)} ×`;
/** @param {number} n */
const us = (n) => `${n.toFixed(Math.abs(n) < 100 ? 1 : 0)} µs`;
/** @param {number} n */
const ns = (n) => `${n.toFixed(0)} ns`;
/** @param {number} n */
const ms = (n) => `${n.toFixed(1)} ms`;
/** @param {number} n */
const bytes = (n) =>
  Math.abs(n) < 10_240
    ? `${n.toFixed(0)} B`
    : Math.abs(n) < 2 ** 20 * 10
      ? `${(n / 1_024).toFixed(0)} KB`
      : `${(n / 2 ** 20).toFixed(1)} MB`;

/**
 * @param {string} title
 * @param {readonly string[]} head
 * @param {readonly (string | undefined)[]} rows
 */
function table(title, head, rows, level = '##') {
  return [`${level} ${title}`, '', `| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...rows, ''].join(
    '\n',
  );
}
