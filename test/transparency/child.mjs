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
/** A connection that is not over by then stays open. */
const MAX_ROUNDS_FOR_REQUESTS = 10;
/** What is not collected by then is held by something. */
const MAX_ROUNDS_FOR_SPANS = 30;

/**
 * @typedef {object} CaseRecord
 * @property {string} name
 * @property {import('./picture.mjs').Picture} observation what the application saw
 * @property {import('./picture.mjs').Picture[]} requests what the API saw
 * @property {import('./picture.mjs').Picture} events what the process saw
 * @property {import('./recorder.mjs').SpanRecord[]} spans
 * @property {string[]} [diag] complaints; missing where there is no telemetry
 */

/** @typedef {{ node: string, version: string, records: CaseRecord[] }} ChildReport */

const { values } = parseArgs({
  options: { sdk: { type: 'string' }, mode: { type: 'string', default: 'bare' }, cases: { type: 'string' } },
});
const major = Number(values.sdk);
// Standard output carries the report alone.
const print = process.stdout.write.bind(process.stdout);
const requireSdk = requireFor(major);
// Before anything else listens for errors, so that what fails here fails the process.
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
 * Only the picture outlives this function: what the case returned must be collectable afterwards.
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
 * Lets rejections surface, sockets close and finalizers run.
 * @param {readonly { over: boolean }[]} requests
 */
async function settle(requests) {
  for (let round = 0; round < MAX_ROUNDS_FOR_SPANS; round++) {
    await wait(ROUND_MS);
    const requestsAreOver = requests.every(({ over }) => over) || round >= MAX_ROUNDS_FOR_REQUESTS;
    if (requestsAreOver && !telemetry?.spans.open) return;
    await collectGarbage();
  }
}

function sdkVersion() {
  const manifest = join(dirname(requireSdk.resolve('openai')), 'package.json');
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  return version;
}
