/**
 * `npm run test:compat`: real applications on every supported combination of SDK, OpenTelemetry, Node.js and module
 * system, each run bare and traced. Options narrow it down; `--write` puts the whole result into docs/compatibility.md.
 */
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  majorOf,
  moduleSystems,
  nodeMajors,
  openaiMajors,
  openaiVersions,
  otelLines,
  otherMajor,
  rows,
} from './matrix.mjs';
import { byVersion, newestOpenAI, nodeBinary, nodeVersion, packageSet, packedPackage } from './provision.mjs';
import { markdown } from './report.mjs';
import { runApp } from './run-app.mjs';
import { fault } from './verdict.mjs';

/** @import { Row } from './matrix.mjs' */
/** @import { Outcome } from './run-app.mjs' */

/** @typedef {{ row: Row, system: string, fault?: string, without?: string }} Cell */

const PARALLEL = 2;

const { values } = parseArgs({
  options: {
    node: { type: 'string' },
    openai: { type: 'string' },
    otel: { type: 'string' },
    modules: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const narrowed = Boolean(values.node ?? values.openai ?? values.otel ?? values.modules);

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main() {
  const started = performance.now();
  if (values.write && narrowed) throw new Error('--write is for the whole matrix: leave out the other options');

  const archive = await packedPackage();
  const versions = [...new Set([...openaiVersions, ...(await newestOpenAI(openaiMajors))])].sort(byVersion);
  const wanted = {
    openai: chosen('openai', versions),
    otel: otelLines.filter(({ major }) =>
      chosen(
        'otel',
        otelLines.map((line) => line.major),
      ).includes(major),
    ),
    node: chosen('node', nodeMajors),
  };
  const systems = chosen('modules', Object.keys(moduleSystems));

  /** @type {Map<string, { binary: string, version: string }>} */
  const nodes = new Map();
  for (const major of wanted.node) {
    const binary = await nodeBinary(major);
    nodes.set(major, { binary, version: await nodeVersion(binary) });
  }
  /** @type {Map<string, (openai: string) => string>} */
  const homes = new Map();
  for (const otel of wanted.otel) homes.set(otel.major, await packageSet(otel, versions, archive));
  console.log(`Packages and runtimes are there after ${seconds(started)}.`);

  /** @type {Map<string, Promise<Outcome>>} */
  const bareRuns = new Map();

  /** @type {Cell[]} */
  const cells = rows(wanted).flatMap((row) => systems.map((system) => ({ row, system })));
  await inParallel(cells, async (cell, index) => {
    const { row, system } = cell;
    if (index > 0 && index % 50 === 0) console.log(`${index} of ${cells.length} after ${seconds(started)}.`);
    const {
      app,
      telemetry,
      without,
      otherMajor: mixed,
    } = /** @type {import('./module-systems.mjs').ModuleSystem} */ (moduleSystems[system]);
    const node = /** @type {{ binary: string, version: string }} */ (nodes.get(row.node));
    const reason = without?.({ openai: majorOf(row.openai), node: node.version });
    if (reason) {
      cell.without = reason;
      return;
    }
    const homeOf = /** @type {(openai: string) => string} */ (homes.get(row.otel.major));
    /** @type {Record<string, string>} */
    const env = mixed ? { OTHER_SDK: pathToFileURL(`${homeOf(otherMajor(row.openai))}/sdk.mjs`).href } : {};
    const launch = { node: node.binary, home: homeOf(row.openai), env };

    // Without telemetry, the OpenTelemetry SDK makes no difference.
    const key = [row.openai, row.node, system].join(' ');
    const bare = bareRuns.get(key) ?? runApp({ ...launch, args: app });
    bareRuns.set(key, bare);
    const [before, after] = [await bare, await runApp({ ...launch, args: [...telemetry, ...app] })];
    const found = fault(before, after);
    if (found) {
      cell.fault = found;
      console.log(
        `✗ openai ${row.openai}, OpenTelemetry ${row.otel.major}, Node.js ${node.version}, ${system}: ${found}`,
      );
    }
  });

  const run = cells.filter(({ without }) => without === undefined);
  const failed = run.filter(({ fault }) => fault !== undefined);
  console.log(`${run.length - failed.length} of ${run.length} cells are right, in ${seconds(started)}.`);
  if (failed.length > 0) process.exitCode = 1;
  if (values.write) {
    const runtimes = [...nodes.values()].map(({ version }) => version);
    await writeFile(new URL('../../docs/compatibility.md', import.meta.url), markdown(cells, runtimes));
  }
}

/**
 * @param {'node' | 'openai' | 'otel' | 'modules'} option
 * @param {readonly string[]} choices
 * @returns {string[]} Those that the option names, a version by its beginning.
 */
function chosen(option, choices) {
  const names = values[option]?.split(',');
  if (!names) return [...choices];
  for (const name of names) {
    if (!choices.some((choice) => matches(choice, name))) {
      throw new Error(`--${option} ${name}: choose from ${choices.join(', ')}`);
    }
  }
  return choices.filter((choice) => names.some((name) => matches(choice, name)));
}

/**
 * @param {string} choice
 * @param {string} name
 */
function matches(choice, name) {
  return choice === name || choice.startsWith(`${name}.`);
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T, index: number) => Promise<void>} work
 */
async function inParallel(items, work) {
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) await work(item, index);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/** @param {number} since */
function seconds(since) {
  return `${Math.round((performance.now() - since) / 1000)} s`;
}
