import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { estimate } from './statistics.mjs';
import { variants } from './variants.mjs';
import { label, workloads } from './workloads.mjs';

/** @import { Results } from './calls.mjs' */
/** @import { measureGrowth } from './growing.mjs' */
/** @import { measureStartup } from './startup.mjs' */
/** @import { Estimate } from './statistics.mjs' */

const AS_MUCH = 'by hand, as much as ours';
const METRICS = ', metrics on';
const [COLD, HOT] = ['101–1,000', '5,001–20,000'];

/** @param {number} processes */
export function machine(processes) {
  const [cpu] = cpus();
  return [
    '# Performance',
    '',
    `Measured with \`npm run bench -- --processes ${processes}\` on ${cpu?.model.trim()} (${cpus().length} cores), Node.js`,
    `${process.version}, openai 6.49.0, OpenTelemetry SDK 2.12. Run it on your own machine: ratios travel, microseconds do not.`,
    '',
    'Each variant runs in processes of its own, as in production, and each process counts its calls from its first one on: the',
    'first thousand run code that is not compiled yet, and a service with ten calls a second that is deployed each morning makes few',
    'others. A number is the median over the processes, with its 95 % interval (bootstrap) in brackets; "added" means over the bare SDK',
    'in the same round. Time is CPU time of the process, its threads for compilation and garbage collection included. Responses come',
    'from a `fetch` in memory, so what is left is the SDK and the instrumentation. Spans go to a batch processor whose exporter throws',
    'them away, metrics to a reader that nobody reads; dd-trace encodes its spans for an agent on this machine. An `AsyncLocalStorage`',
    'context manager is in use for all, also for bare. Runs on other versions of Node.js lie beside this page (`performance-*.md`).',
    'Where an interval is wide, the machine did other work at the time: then only large differences count.',
    '',
    '*bare again* is the bare SDK once more: what it seems to cost is the noise. *by hand* is a span around the call with model, token',
    'counts and finish reasons (8 attributes); *as much as ours* has all 29 attributes of ours, those of the event included. *metrics on*',
    'is what `NodeSDK` does by default: three histogram records a call.',
    '',
  ].join('\n');
}

/** @param {Results} results */
export function targetsReport({ cost, addedRatio, memory }) {
  /** @type {(string | undefined)[]} */
  const rows = [];
  /** @param {string} what @param {Estimate | undefined} got @param {number} limit @param {(n: number) => string} show */
  const row = (what, got, limit, show) => {
    if (!got || Number.isNaN(got.value)) return;
    const verdict = got.value > limit ? 'missed' : got.high > limit ? 'met, not beyond doubt' : 'met';
    rows.push(`| ${what} | ≤ ${show(limit)} | ${spread(got, show)} | ${verdict} |`);
  };
  for (const [phase, limit] of /** @type {const} */ ([
    [HOT, 1.25],
    [COLD, 1.5],
  ])) {
    for (const metrics of [METRICS, '']) {
      const ratio = addedRatio('small', phase, `ours${metrics}`, `${AS_MUCH}${metrics}`);
      row(`small call, ${phase}${metrics}: added time over that of *by hand, as much as ours*`, ratio, limit, times);
    }
  }
  const [dearest] = variants
    .filter(({ kind, name }) => kind === 'peer' && name.startsWith('@'))
    .map(({ name }) => ({ name, added: cost('small', COLD, name)?.addedUs.value ?? Number.NEGATIVE_INFINITY }))
    .sort((a, b) => b.added - a.added);
  if (dearest) {
    const ratio = addedRatio('small', COLD, 'ours', dearest.name);
    row(
      `small call, ${COLD}: added time over that of ${dearest.name}, the dearest OpenTelemetry peer`,
      ratio,
      1,
      times,
    );
  }
  row(
    'stream of 200 chunks, metrics on: time over bare',
    cost('stream', '501–1,500', `ours${METRICS}`)?.ratio,
    1.1,
    times,
  );
  row('a chunk: added', perChunk(cost('undecoded', '21–120', 'ours')?.addedUs, 5_000), 100, ns);
  row(
    'a chunk, streams inspected: added',
    perChunk(cost('undecoded', '21–120', 'ours, streams inspected')?.addedUs, 5_000),
    250,
    ns,
  );
  row('allocated by a small call', memory.ours?.perCall, 14 * 1_024, bytes);
  row('kept by an open stream', memory.ours?.perOpenStream, 3 * 1_024, bytes);
  return table('Targets', ['what', 'target', 'measured', ''], rows);
}

/**
 * @param {Results} results
 * @param {readonly string[]} names of the workloads
 */
export function callsReport({ cost, attributes, memory }, names) {
  const parts = [
    '## Calls',
    '',
    'CPU time that a variant adds to a call or a stream, by the number of the call in its process.',
    '',
  ];
  for (const workload of workloads.filter(({ name }) => names.includes(name))) {
    const phases = workload.phases.map(label);
    const last = phases.at(-1) ?? '';
    const rows = variants.flatMap(({ name: variant }) => {
      const hot = cost(workload.name, last, variant);
      if (variant === 'bare' || !hot) return [];
      const cells = phases.map((phase) => addedCell(cost(workload.name, phase, variant)?.addedUs));
      const each = workload.chunks ? [spread(perChunk(hot.addedUs, workload.chunks) ?? hot.addedUs, ns)] : [];
      const all = [variant, ...cells, ...each, spread(hot.ratio, times), count(attributes(workload.name, variant))];
      return [`| ${all.join(' | ')} |`];
    });
    const columns = [
      'variant',
      ...phases,
      ...(workload.chunks ? ['a chunk'] : []),
      `${last}, time ÷ bare`,
      'attributes',
    ];
    parts.push(table(workload.title, columns, rows, '###'));
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
    parts.push(table(title, ['variant', ...sizes.map(sizeLabel), 'exponent', 'each, at the most'], rows, '###'));
    const byteRows = Object.entries(byVariant).flatMap(([variant, { points, bytesExponent }]) =>
      bytesExponent === undefined
        ? []
        : [
            `| ${variant} | ${points.map(({ addedBytes = 0 }) => bytes(addedBytes)).join(' | ')} | ${bytesExponent.toFixed(2)} |`,
          ],
    );
    if (byteRows.length > 0) {
      parts.push(
        table('Memory against open streams', ['variant', ...sizes.map(sizeLabel), 'exponent'], byteRows, '###'),
      );
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
export function startupReport({ milliseconds, starts, packages }) {
  const rows = Object.entries(milliseconds).map(([title, time]) => `| ${title} | ${spread(time, ms)} |`);
  const { ours, peers } = packages;
  const sizes = [
    `| ours | ${bytes(ours.unpackedSize)} unpacked; ${bytes(ours.size)} to download; ${bytes(ours.code)} of code is loaded |`,
    ...Object.entries(peers).map(([name, size]) => `| ${name} | ${bytes(size)} unpacked |`),
  ];
  const startRows = Object.entries(starts).flatMap(([title, byPreload]) =>
    Object.entries(byPreload).map(([preload, values]) => {
      const added = values.map((value, round) => value - (byPreload.nothing?.[round] ?? Number.NaN));
      return `| ${title} | ${preload} | ${spread(estimate(values), ms)} | ${spread(estimate(added), ms)} |`;
    }),
  );
  return [
    table('Start-up', ['step', 'CPU time'], rows),
    table('Start of a whole process', ['program', 'with `--import`', 'CPU time', 'added'], startRows, '###'),
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

/** @param {Estimate | undefined} added */
function addedCell(added) {
  return added ? spread(added, us) : '';
}

/**
 * @param {Estimate | undefined} total microseconds a stream
 * @param {number} chunks
 * @returns {Estimate | undefined} in nanoseconds
 */
function perChunk(total, chunks) {
  if (!total) return undefined;
  const each = (/** @type {number} */ n) => (n * 1_000) / chunks;
  return { value: each(total.value), low: each(total.low), high: each(total.high) };
}

/**
 * @param {Estimate} estimated
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
function sizeLabel(size) {
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
