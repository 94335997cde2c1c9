/**
 * `npm run build && node bench/agents-run.mjs`: what the instrumentation adds to one run of an agent (two model calls, one
 * tool), against the same run untraced, taking turns. The model answers at once, so that nothing but the SDK is measured.
 */
import { NodeSDK } from '@opentelemetry/sdk-node';
import { OpenAIAgentsInstrumentation } from '../dist/agents.mjs';

const ROUNDS = 60;
const RUNS = 40;

const nothing = { onStart: () => {}, onEnd: () => {}, forceFlush: async () => {}, shutdown: async () => {} };
const instrumentation = new OpenAIAgentsInstrumentation();
new NodeSDK({
  spanProcessors: [nothing],
  metricReaders: [],
  logRecordProcessors: [],
  instrumentations: [instrumentation],
}).start();

const { esm } = await import('../test/agents/app/both.mjs');
const { Agent, Runner, assistant, setTraceProcessors, tool, Usage, withGenerationSpan } = esm;
instrumentation.manuallyInstrument(esm);
// The SDK's own exporter is left out on both sides.
setTraceProcessors([]);

const usage = new Usage({ requests: 1, inputTokens: 5, outputTokens: 7, totalTokens: 12 });
/** @type {import('@openai/agents').Model} */
const model = {
  getResponse: ({ input }) =>
    withGenerationSpan(async () => ({
      usage,
      output: typeof input === 'string' || input.length === 1 ? [CALL] : [assistant('Sunny.')],
    })),
  async *getStreamedResponse() {},
};
/** @type {any} */
const CALL = { type: 'function_call', callId: 'call_1', name: 'weather', arguments: '{}', status: 'completed' };
const weather = tool({
  name: 'weather',
  description: 'The weather',
  strict: false,
  parameters: { type: 'object', properties: {}, required: [], additionalProperties: true },
  execute: () => 'sunny',
});
const agent = new Agent({ name: 'Assistant', instructions: 'Help.', tools: [weather], model });
const runner = new Runner();

/** Microseconds a run. */
async function measure() {
  const start = performance.now();
  for (let i = 0; i < RUNS; i++) await runner.run(agent, 'How is the weather?');
  return ((performance.now() - start) * 1000) / RUNS;
}

/** @type {{ on: number[], off: number[] }} */
const times = { on: [], off: [] };
for (let round = 0; round < ROUNDS; round++) {
  const [first, second] = /** @type {const} */ (['on', 'off']);
  for (const side of round % 2 ? [first, second] : [second, first]) {
    if (side === 'on') instrumentation.enable();
    else instrumentation.disable();
    const time = await measure();
    if (round >= 10) times[side].push(time);
  }
}

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const [off, on] = [median(times.off), median(times.on)];
console.log(
  `untraced ${off.toFixed(0)} µs, traced ${on.toFixed(0)} µs a run: ${(on - off).toFixed(0)} µs more, × ${(on / off).toFixed(2)}`,
);
process.exit();
