/** `node --expose-gc kept.mjs <api url>`: the bytes of heap that each kept result of a run takes. Prints them. `BARE=1` traces nothing. */
import { setTimeout as wait } from 'node:timers/promises';
import 'opentelemetry-instrumentation-openai/register';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { OpenAIAgentsInstrumentation } from 'opentelemetry-instrumentation-openai/agents';
import { tracing } from '../../support/otel.mjs';

const RUNS = 200;

new tracing.NodeTracerProvider().register();
if (!process.env.BARE) {
  const options = { captureMessageContent: true };
  new OpenAIInstrumentation(options);
  new OpenAIAgentsInstrumentation(options);
}

const { esm } = await import('./both.mjs');
const { Agent, OpenAIProvider, Runner, setTraceProcessors, tool } = esm;
setTraceProcessors([]);

const [url = ''] = process.argv.slice(2);
const runner = new Runner({
  model: 'gpt-4.1-mini',
  modelProvider: new OpenAIProvider({ apiKey: 'sk-pretend', baseURL: url, useResponses: false }),
});
const weather = tool({
  name: 'weather',
  description: 'The weather',
  strict: false,
  parameters: { type: 'object', properties: {}, required: [], additionalProperties: true },
  execute: () => 'sunny',
});
const agent = new Agent({ name: 'Assistant', instructions: 'Help.', tools: [weather] });

/** @type {unknown[]} */
const kept = [];

async function keepResults() {
  for (let i = 0; i < RUNS; i++) kept.push(await runner.run(agent, 'How is the weather?'));
  for (let round = 0; round < 5; round++) {
    await wait(20);
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

const before = await keepResults();
console.log(Math.round(((await keepResults()) - before) / RUNS));
process.exit();
