/**
 * Runs every scenario with one copy of the SDK and prints what an application can see of it, as JSON: one line a scenario.
 * The test runs it bare and traced, and compares.
 */
import { createRequire } from 'node:module';
import { startFakeSockets } from '../../support/fake-openai/sockets/index.mjs';
import { agentsScenarios } from './agents.mjs';
import { Picture } from './picture.mjs';
import { realtimeScenarios } from './realtime.mjs';
import { responsesScenarios } from './responses.mjs';

const {
  major = '6',
  transport = 'ws',
  modules = 'cjs',
} = Object.fromEntries(process.argv.slice(2).map((argument) => argument.split('=')));

/** @type {(path: string) => Promise<any>} */
const load = async (path) => {
  const { resolve } = createRequire(new URL(`../../sdk/${major}/package.json`, import.meta.url));
  if (modules === 'cjs') return createRequire(import.meta.url)(resolve(path));
  return import(resolve(path).replace(/\.js$/, '.mjs'));
};

const finish = await startTelemetry();
const tls = await startFakeSockets();
const plain = await startFakeSockets({ tls: false });
const sdk = { ...(await load('openai')), major: Number(major) };

const beta = major === '4' ? 'beta/' : '';
const file = transport === 'ws' ? 'ws' : 'websocket';
const { OpenAIRealtimeWS, OpenAIRealtimeWebSocket } = await load(`openai/${beta}realtime/${file}`);
await run(realtimeScenarios, { sdk, server: tls, Class: OpenAIRealtimeWS ?? OpenAIRealtimeWebSocket, transport });
if (Number(major) >= 6 && transport === 'ws') {
  const { ResponsesWS } = await load('openai/resources/responses/ws');
  await run(responsesScenarios, { sdk, server: plain, Class: ResponsesWS, transport });
}
if (major !== '4' && major !== '5') {
  await run(agentsScenarios, { sdk: await loadAgents(), server: tls, transport });
}
const spans = await finish();
if (spans) console.error(JSON.stringify(spans));
process.exit();

/**
 * @param {Record<string, (stage: any) => Promise<void>>} scenarios
 * @param {any} stage
 */
async function run(scenarios, stage) {
  for (const [name, scenario] of Object.entries(scenarios)) {
    const picture = new Picture(stage.server);
    try {
      await scenario({ ...stage, picture });
    } catch (error) {
      picture.add('thrown', String(error));
    }
    console.log(JSON.stringify({ name, picture: await picture.finish() }));
  }
}

async function loadAgents() {
  const load = modules === 'cjs' ? createRequire(import.meta.url) : (/** @type {string} */ name) => import(name);
  const { handoff } = await load('@openai/agents');
  return { ...(await load('@openai/agents/realtime')), handoff };
}

/** Only where the test wants it, so that a bare run loads nothing of it. */
async function startTelemetry() {
  const options = process.env.TRACED;
  if (!options) return async () => undefined;
  const { start } = await import('./telemetry.mjs');
  return start(JSON.parse(options));
}
