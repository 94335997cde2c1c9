/**
 * `npm run test:compat`: real applications on every supported combination of SDK, OpenTelemetry, Node.js and module
 * system, each run bare and traced. Options narrow it down: `--openai 4,7.57 --otel 3 --node 24 --modules cjs,esm`.
 * `--others` runs only the SDKs of other providers. `--write` puts the whole result into docs/compatibility.md.
 */
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { majorOf, nodeMajors, openaiMajors, openaiVersions, otelLines, otherMajor, rows } from './matrix.mjs';
import { moduleSystem, moduleSystems } from './module-systems.mjs';
import { launches, otherSdkFault, otherSdks, starts } from './other-sdks.mjs';
import { byVersion, newestOpenAI, nodeBinary, nodeVersion, packageSet, packedPackage } from './provision.mjs';
import { markdown } from './report.mjs';
import { runApp } from './run-app.mjs';
import { fault } from './verdict.mjs';

/** @import { Row } from './matrix.mjs' */
/** @import { Outcome } from './run-app.mjs' */

/**
 * @typedef {object} Cell
 * @property {Row} row
 * @property {string} system
 * @property {string} [without] Why there is no such thing.
 * @property {string} [fault]
 */

/**
 * @typedef {object} OtherCell
 * @property {string} sdk
 * @property {string} version
 * @property {string} start
 * @property {string} [fault]
 */

/**
 * What applications are run with.
 *
 * @typedef {object} Supplies
 * @property {Map<string, { binary: string, version: string }>} nodes By major version.
 * @property {Map<string, (openai: string) => string>} homes By major version of OpenTelemetry.
 */

const PARALLEL = 2;
const [otelLine] = otelLines;
const REPORT = new URL('../../docs/compatibility.md', import.meta.url);
const started = performance.now();

const { values: options } = parseArgs({
  options: {
    openai: { type: 'string' },
    otel: { type: 'string' },
    node: { type: 'string' },
    modules: { type: 'string' },
    others: { type: 'boolean' },
    write: { type: 'boolean', default: false },
  },
});

/** @type {Map<string, Promise<Outcome>>} */
const bareRuns = new Map();

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main() {
  const { write, ...narrowing } = options;
  const narrowed = Object.keys(narrowing).length > 0;
  if (write && narrowed) throw new Error('--write takes the whole matrix, no other option');

  const archive = await packedPackage();
  const others = narrowed && !options.others ? [] : await judgeOthers(archive);
  if (options.others) return;
  const versions = [...new Set([...openaiVersions, ...(await newestOpenAI(openaiMajors))])].sort(byVersion);
  const wanted = {
    openai: chosen('openai', versions, (version) => version),
    otel: chosen('otel', otelLines, ({ major }) => major),
    node: chosen('node', nodeMajors, (major) => major),
  };
  const systems = chosen('modules', Object.keys(moduleSystems), (name) => name);

  /** @type {Supplies} */
  const supplies = { nodes: new Map(), homes: new Map() };
  for (const major of wanted.node) {
    const binary = await nodeBinary(major);
    supplies.nodes.set(major, { binary, version: await nodeVersion(binary) });
  }
  for (const otel of wanted.otel) supplies.homes.set(otel.major, await packageSet(otel, 'openai', versions, archive));
  console.log(`Packages and runtimes are there after ${elapsed()}.`);

  /** @type {Cell[]} */
  const cells = rows(wanted).flatMap((row) => systems.map((system) => ({ row, system })));
  await inParallel(cells, async (cell, index) => {
    if (index % 50 === 0) console.log(`${index} of ${cells.length} after ${elapsed()}`);
    Object.assign(cell, await judge(cell, supplies));
    if (cell.fault) console.log(`✗ ${describe(cell)}: ${cell.fault}`);
  });

  const run = cells.filter(({ without }) => without === undefined);
  const failed = run.filter(({ fault }) => fault !== undefined);
  console.log(`${run.length - failed.length} of ${run.length} are right, after ${elapsed()}.`);
  if (failed.length > 0) process.exitCode = 1;
  if (write) await writeFile(REPORT, markdown(cells, [...supplies.nodes.values()], others));
}

/**
 * The SDKs of other providers, on one line of OpenTelemetry and the Node.js that runs this.
 *
 * @param {string} archive
 * @returns {Promise<OtherCell[]>}
 */
async function judgeOthers(archive) {
  /** @type {OtherCell[]} */
  const cells = [];
  for (const sdk of otherSdks) {
    const home = await packageSet(otelLine, sdk.name, sdk.versions, archive);
    for (const version of sdk.versions) {
      for (const start of starts(sdk, version)) {
        const [bare, traced] = await Promise.all(
          launches(sdk, start, { node: process.execPath, home: home(version) }).map(runApp),
        );
        const found = bare && traced && otherSdkFault(sdk, bare, traced);
        if (found) {
          console.log(`✗ ${sdk.name} ${version}, ${start}: ${found}`);
          process.exitCode = 1;
        }
        cells.push({ sdk: sdk.name, version, start, ...(found ? { fault: found } : {}) });
      }
    }
  }
  console.log(
    `${cells.filter(({ fault }) => !fault).length} of ${cells.length} of other SDKs are right, after ${elapsed()}.`,
  );
  return cells;
}

/**
 * @param {Cell} cell
 * @param {Supplies} supplies
 * @returns {Promise<Partial<Cell>>}
 */
async function judge({ row, system }, { nodes, homes }) {
  const { app, telemetry, environment = {}, without, otherMajor: two } = moduleSystem(system);
  const node = nodes.get(row.node);
  const homeOf = homes.get(row.otel.major);
  if (!node || !homeOf) throw new Error(`nothing to run ${describe({ row, system })} with`);
  const reason = without?.({ openai: majorOf(row.openai), node: node.version });
  if (reason) return { without: reason };

  const other = pathToFileURL(`${homeOf(otherMajor(row.openai))}/sdk.mjs`).href;
  const launch = { node: node.binary, home: homeOf(row.openai), env: two ? { OTHER_SDK: other } : {} };

  // Without telemetry, OpenTelemetry makes no difference: one such run will do.
  const key = [row.openai, row.node, system].join(' ');
  const bare = bareRuns.get(key) ?? runApp({ ...launch, args: app });
  bareRuns.set(key, bare);
  const env = { ...launch.env, ...environment };
  const traced = await runApp({ ...launch, env, args: [...telemetry, ...app] });
  const found = fault(await bare, traced);
  return found ? { fault: found } : {};
}

/** @param {Cell} cell */
function describe({ row, system }) {
  return `openai ${row.openai}, OpenTelemetry ${row.otel.major}, Node.js ${row.node}, ${system}`;
}

/**
 * Those that an option names, a version by its beginning; all, if it is not given.
 *
 * @template T
 * @param {'node' | 'openai' | 'otel' | 'modules'} option
 * @param {readonly T[]} choices
 * @param {(choice: T) => string} nameOf
 * @returns {T[]}
 */
function chosen(option, choices, nameOf) {
  const wanted = options[option]?.split(',');
  if (!wanted) return [...choices];
  const matches = (/** @type {string} */ name, /** @type {string} */ want) =>
    name === want || name.startsWith(`${want}.`);
  for (const want of wanted) {
    if (choices.some((choice) => matches(nameOf(choice), want))) continue;
    throw new Error(`--${option} ${want}: choose from ${choices.map(nameOf).join(', ')}`);
  }
  return choices.filter((choice) => wanted.some((want) => matches(nameOf(choice), want)));
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

function elapsed() {
  const seconds = Math.round((performance.now() - started) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
