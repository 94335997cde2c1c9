import { createRequire } from 'node:module';
import { OpenAIAgentsInstrumentation } from 'opentelemetry-instrumentation-openai/agents';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { Application, lineage } from './support/application.js';
import { scriptedModel } from './support/scripted-model.js';

const app = new Application();
const { Agent, run } = app.agents;
const others: OpenAIAgentsInstrumentation[] = [];
let added = 0;
let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
beforeAll(async () => {
  api = await startFakeOpenAI();
});
afterAll(() => api.close());
afterEach(() => {
  for (const other of others.splice(0)) other.disable();
  expect(app.said).toEqual([]);
});

/** An instance that takes over a copy of the SDK that others have taken over before. */
function start(): OpenAIAgentsInstrumentation {
  const addTraceProcessor: typeof app.agents.addTraceProcessor = (processor) => {
    added++;
    app.agents.addTraceProcessor(processor);
  };
  const instance = new OpenAIAgentsInstrumentation();
  instance.manuallyInstrument({ ...app.agents, addTraceProcessor });
  others.push(instance);
  return instance;
}

/** How many storages are inside one another. */
function depth(): number {
  let at: unknown = Reflect.get(globalThis, Symbol.for('openai.agents.core.asyncLocalStorage'));
  for (let depth = 0; ; depth++) {
    if (typeof at !== 'object' || at === null) return depth;
    at = Reflect.get(at, 'inner');
  }
}

async function ask() {
  await run(new Agent({ name: 'Assistant', model: scriptedModel(app.agents, 'none', 1) }), 'Hi').catch(() => {});
  return lineage(app.take());
}

/** @param inTool is done in a tool, before a nested run */
async function askOpenAI(inTool?: () => void) {
  const runner = app.runner(api.url);
  const parameters = { type: 'object' as const, properties: {}, required: [], additionalProperties: true as const };
  const weather = app.agents.tool({
    name: 'weather',
    description: 'The weather',
    strict: false,
    parameters,
    async execute() {
      inTool?.();
      return (await runner.run(new Agent({ name: 'Nested' }), 'Hello')).finalOutput;
    },
  });
  const tools = inTool ? [weather] : [];
  const { finalOutput } = await runner.run(
    new Agent({ name: 'Assistant', tools }),
    inTool ? 'How is the weather?' : 'Hi',
  );
  expect(finalOutput).toBe(inTool ? 'The tools say: You said: Hello' : 'You said: Hi');
  return lineage(app.take());
}

it('a thousand instances, one after the other, put one storage and one processor into the SDK', async () => {
  const alone = await ask();
  const before = depth();
  for (let i = 0; i < 1_000; i++) start().disable();
  expect(added).toBe(0);
  expect(depth()).toBe(before);
  expect(await ask()).toEqual(alone);
});

it('the newest instance that is enabled traces, and the one before it as soon as that is disabled', async () => {
  const alone = await ask();
  expect(alone).not.toEqual([]);
  const newest = start();
  expect(await ask()).toEqual(alone);
  app.instrumentation.disable();
  expect(await ask()).toEqual(alone);
  newest.disable();
  expect(await ask()).toEqual([]);
  app.instrumentation.enable();
  expect(await ask()).toEqual(alone);
});

it('two that are enabled record a model call once', async () => {
  const alone = await askOpenAI();
  expect(alone.at(-1)).toBe('invoke_workflow Agent workflow > invoke_agent Assistant > chat gpt-4.1-mini');
  start();
  expect(await askOpenAI()).toEqual(alone);
});

const { OpenAIAgentsInstrumentation: Required } = createRequire(import.meta.url)(
  'opentelemetry-instrumentation-openai/agents',
) as typeof import('opentelemetry-instrumentation-openai/agents');

it.each([
  ['another instance', OpenAIAgentsInstrumentation, false],
  ['an instance of another copy of the package', Required, false],
  ['another instance, and its own is disabled', OpenAIAgentsInstrumentation, true],
  ['an instance of another copy, and its own is disabled', Required, true],
])('a run goes on if %s starts in it', async (_, Instrumentation, disables) => {
  const alone = await askOpenAI(() => {});
  const paths = await askOpenAI(() => {
    const instance = new Instrumentation();
    instance.manuallyInstrument(app.agents);
    others.push(instance);
    if (disables) app.instrumentation.disable();
  });
  app.instrumentation.enable();
  if (!disables) expect(paths).toEqual(alone);
  // What the disabled instance has begun has ended, and what comes later is beside it or below.
  expect(paths.filter((path) => path.endsWith('chat gpt-4.1-mini'))).toHaveLength(3);
});

it('a run under way in an older instance ends there', async () => {
  const alone = await ask();
  const running = ask();
  start();
  expect(await running).toEqual(alone);
});
