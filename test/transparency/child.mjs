/**
 * One process of a comparison: runs the cases one after the other in one mode and prints what it saw as JSON.
 *
 *   node --expose-gc child.mjs --sdk 6 --mode instrumented --cases "success; stream break"
 */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { CASES } from './cases/all.mjs';
import { load } from './modes.mjs';
import { picture } from './picture.mjs';
import { requestPicture } from './requests.mjs';
import { requireFor } from './sdks.mjs';
import { collectGarbage, createStage } from './stage.mjs';
import { watchProcess } from './watch.mjs';

const CASE_TIMEOUT_MS = 5_000;
const ROUND_MS = 5;
// The frames of the wrapper must not push those of the application out of the stack.
Error.stackTraceLimit = 50;
/** A connection that is open after this time stays open. */
const MAX_ROUNDS_FOR_REQUESTS = 10;
/** What was dropped is collected by then. A collection takes as long as two calls. */
const MAX_COLLECTIONS_FOR_REQUESTS = 3;
/** An object that is not collected after this many rounds is still referenced. */
const MAX_ROUNDS_FOR_SPANS = 30;

/**
 * @typedef {object} CaseRecord
 * @property {string} name
 * @property {import('./picture.mjs').Picture} observation what the application saw
 * @property {import('./picture.mjs').Picture[]} requests what the API saw
 * @property {import('./picture.mjs').Picture} events what the process saw
 * @property {import('./recorder.mjs').SpanRecord[]} spans
 * @property {string[]} [diag] diagnostic lines; absent without telemetry
 */

/** @typedef {{ node: string, version: string, records: CaseRecord[] }} ChildReport */

const { values } = parseArgs({
  options: { sdk: { type: 'string' }, mode: { type: 'string', default: 'bare' }, cases: { type: 'string' } },
});
const major = Number(values.sdk);
// Standard output carries only the report.
const print = process.stdout.write.bind(process.stdout);
const requireSdk = requireFor(major);
// Before other listeners for errors, so that a failure here fails the process.
const { sdk, telemetry } = load(values.mode, requireSdk);
const processWatch = watchProcess();

run().then(
  (report) => print(JSON.stringify(report), () => process.exit()),
  (error) => process.stderr.write(`${error?.stack ?? error}\n`, () => process.exit(1)),
);

/** @returns {Promise<ChildReport>} */
async function run() {
  /** @type {CaseRecord[]} */
  const records = [];
  for (const testCase of selectCases(values.cases)) records.push(await runCase(testCase));
  return { node: process.version, version: sdkVersion(), records };
}

/** @param {string | undefined} names */
function selectCases(names) {
  const wanted = names?.split(';').map((name) => name.trim());
  return CASES.filter(({ name, sdks }) => (wanted?.includes(name) ?? true) && (sdks?.includes(major) ?? true));
}

/**
 * @param {import('./cases/case.mjs').Case} testCase
 * @returns {Promise<CaseRecord>}
 */
async function runCase(testCase) {
  const api = await startFakeOpenAI({});
  const observation = await observe(testCase, createStage({ sdk, major, api }));
  await settle(api.requests);
  const requests = api.requests.map(requestPicture);
  const spans = telemetry?.spans.take() ?? [];
  await api.close();
  await wait(ROUND_MS);
  const seen = { name: testCase.name, observation, requests, events: processWatch.take(), spans };
  return telemetry ? { ...seen, diag: telemetry.takeDiag() } : seen;
}

/**
 * Returns the picture only, so that the result of the case can be collected.
 * @param {import('./cases/case.mjs').Case} testCase
 * @param {import('./stage.mjs').Stage} stage
 */
async function observe(testCase, stage) {
  const { promise: timeout, stop } = bounded();
  try {
    return picture(await Promise.race([testCase.run(stage), timeout]));
  } catch (error) {
    return { '<threw>': picture(error) };
  } finally {
    stop();
  }
}

function bounded() {
  const controller = new AbortController();
  const promise = wait(CASE_TIMEOUT_MS, '<timed out>', { signal: controller.signal });
  promise.catch(() => {});
  return { promise, stop: () => controller.abort() };
}

/**
 * Waits for unhandled rejections, closing sockets and finalizers.
 * @param {readonly { over: boolean }[]} requests
 */
async function settle(requests) {
  for (let round = 0; round < MAX_ROUNDS_FOR_SPANS; round++) {
    await wait(ROUND_MS);
    const requestsAreOver = requests.every(({ over }) => over) || round >= MAX_ROUNDS_FOR_REQUESTS;
    const spansAreOver = !telemetry?.spans.open;
    if (requestsAreOver && spansAreOver) return;
    if (!spansAreOver || round < MAX_COLLECTIONS_FOR_REQUESTS) await collectGarbage();
  }
}

function sdkVersion() {
  const manifest = join(dirname(requireSdk.resolve('openai')), 'package.json');
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  return version;
}
