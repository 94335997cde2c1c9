import { OpenAIAgentsInstrumentation } from 'opentelemetry-instrumentation-openai/agents';
import { afterEach, expect, it } from 'vitest';
import { Application, lineage } from './support/application.js';
import { scriptedModel } from './support/scripted-model.js';

const app = new Application();
const { Agent, run } = app.agents;
const others: OpenAIAgentsInstrumentation[] = [];
let added = 0;
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

it('a run under way in an older instance ends there', async () => {
  const alone = await ask();
  const running = ask();
  start();
  expect(await running).toEqual(alone);
});
