/** `node --expose-gc memory.mjs <api url>`: what is left of a thousand runs, and of many in one trace. Prints it as JSON. */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import 'opentelemetry-instrumentation-openai/register';
import { trace } from '@opentelemetry/api';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { OpenAIAgentsInstrumentation } from 'opentelemetry-instrumentation-openai/agents';
import { tracing } from '../../support/otel.mjs';

const RUNS = 1_000;
const AT_ONCE = 10;
const WARM_UP = 200;
const KEPT = 100;
const RUNS_IN_ONE_TRACE = Number(process.env.RUNS_IN_ONE_TRACE ?? 400);

let started = 0;
let ended = 0;
const counter = {
  onStart: () => void started++,
  onEnd: () => void ended++,
  forceFlush: async () => {},
  shutdown: async () => {},
};
new tracing.NodeTracerProvider({ spanProcessors: [counter] }).register();
if (!process.env.BARE) {
  new OpenAIInstrumentation();
  new OpenAIAgentsInstrumentation();
}

const { esm } = await import('./both.mjs');
const { Agent, OpenAIProvider, Runner, getGlobalTraceProvider, setTraceProcessors, tool } = esm;
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
const question = 'How is the weather?';

/** Results that the application keeps, such as those of its conversations. @type {unknown[]} */
const kept = [];

/** As applications run agents, well and badly. @type {(() => Promise<unknown>)[]} */
const ways = [
  () => runner.run(agent, question),
  () => runner.run(agent, question, { maxTurns: 1 }).catch(() => {}),
  async () => (await runner.run(agent, question, { stream: true })).completed,
  // Left alone.
  () => runner.run(agent, question, { stream: true }),
  async () => {
    for await (const _ of await runner.run(agent, question, { stream: true })) break;
  },
  // Started by hand, and forgotten.
  () => getGlobalTraceProvider().createTrace({ name: 'Forgotten' }).start(),
];

/** @param {number} runs */
async function work(runs) {
  for (let done = 0; done < runs; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => ways[(done + i) % ways.length]?.()));
  }
  // Abandoned runs come to their end, finalizers have their turn.
  for (let round = 0; round < 50 && (round < 5 || started > ended); round++) {
    await wait(20);
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

/** Bytes that stay in use after runs in one trace, as in a worker. Each has an answer of 20 KB. */
async function growthInOneTrace() {
  const { Usage, withResponseSpan, withTrace } = esm;
  /** @type {any} */
  const model = {
    getResponse: () =>
      withResponseSpan(async ({ spanData }) => {
        spanData._response = { output: [], text: randomBytes(15_000).toString('base64') };
        return { usage: new Usage(), output: [esm.assistant('done')] };
      }),
  };
  const worker = new Agent({ name: 'Worker', model });
  return withTrace('Working', async () => {
    const heap = [];
    for (let run = 0; run <= 2 * RUNS_IN_ONE_TRACE; run++) {
      await runner.run(worker, question);
      if (run % RUNS_IN_ONE_TRACE !== 0) continue;
      await wait(20);
      globalThis.gc?.();
      heap.push(process.memoryUsage().heapUsed);
    }
    const [, middle = 0, end = 0] = heap;
    return end - middle;
  });
}

for (let i = 0; i < KEPT; i++) kept.push(await runner.run(agent, question));
const before = await work(WARM_UP);
const after = await work(RUNS);
const span = trace.getTracer('application').startSpan('to know its class');
const alive = queryObjects(/** @type {any} */ (span.constructor), { format: 'count' });
console.log(
  JSON.stringify({
    started: started - 1,
    ended,
    alive,
    kept: kept.length,
    grownBy: after - before,
    grownInOneTrace: await growthInOneTrace(),
  }),
);
process.exit();
