/** `node --expose-gc reloads.mjs`: which copies of the SDKs are still in memory after a hot reload has replaced them. Prints it as JSON. */
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { OpenAIAgentsInstrumentation } from 'opentelemetry-instrumentation-openai/agents';
import { tracing } from '../../support/otel.mjs';

const RELOADS = 8;

let spans = 0;
const counter = {
  onStart: () => void spans++,
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
};
new tracing.NodeTracerProvider({ spanProcessors: [counter] }).register();
const instrumentation = new OpenAIInstrumentation();
const agentsInstrumentation = new OpenAIAgentsInstrumentation();

/** A copy of its own, as bundlers make one for each reload. @param {string} name */
function load(name) {
  const require = createRequire(import.meta.url);
  const exported = require(name);
  for (const path of Object.keys(require.cache)) {
    if (path.includes(`/node_modules/${name}/`)) delete require.cache[path];
  }
  return exported;
}

/** @param {() => Promise<object>} use returns an object of the copy */
async function alive(use) {
  /** @type {WeakRef<object>[]} */
  const copies = [];
  for (let reload = 0; reload < RELOADS; reload++) copies.push(new WeakRef(await use()));
  for (let round = 0; round < 5; round++) {
    await wait(10);
    globalThis.gc?.();
  }
  return copies.filter((copy) => copy.deref() !== undefined).length;
}

const agents = await alive(async () => {
  const { Runner, setTraceProcessors, withTrace, ...core } = load('@openai/agents-core');
  // The SDK's own processor has a timer that keeps its copy.
  setTraceProcessors([]);
  agentsInstrumentation.manuallyInstrument({ Runner, setTraceProcessors, withTrace, ...core });
  await withTrace('Work', async () => {});
  return Runner;
});

const openai = await alive(async () => {
  const { OpenAI } = load('openai');
  instrumentation.manuallyInstrument(OpenAI);
  const client = new OpenAI({ apiKey: 'sk-test', fetch: async () => Response.json({ choices: [] }) });
  await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [] });
  return OpenAI;
});

console.log(JSON.stringify({ reloads: RELOADS, spans, agents, openai }));
process.exit();
