import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, type ContextManager, context, ROOT_CONTEXT } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { Application, lineage } from './support/application.js';

const app = new Application();
const { Agent, tool } = app.agents;

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
beforeAll(async () => {
  api = await startFakeOpenAI();
});
afterAll(() => api.close());
beforeEach(() => {
  context.disable();
  app.said.length = 0;
});

/** A context of an application's own class, which the interface of the API allows. */
class Wrapped implements Context {
  readonly #inner: Context;

  constructor(inner: Context) {
    this.#inner = inner;
  }

  getValue(key: symbol) {
    return this.#inner.getValue(key);
  }

  setValue(key: symbol, value: unknown) {
    return new Wrapped(this.#inner.setValue(key, value));
  }

  deleteValue(key: symbol) {
    return new Wrapped(this.#inner.deleteValue(key));
  }
}

/** @param derive makes what becomes active of the context that is to be active */
function manager(derive: (context: Context) => Context, overrides: Partial<ContextManager> = {}): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const own: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (wanted, work, self, ...args) => storage.run(derive(wanted), () => work.apply(self, args)),
    bind: (_, target) => target,
    enable: () => own,
    disable: () => own,
    ...overrides,
  };
  return own;
}

/** The tool runs a nested agent, as well. */
async function ask(): Promise<unknown> {
  const nested = new Agent({ name: 'Nested', instructions: 'Help.' });
  const weather = tool({
    name: 'weather',
    description: 'The weather',
    strict: false,
    parameters: { type: 'object', properties: {}, required: [], additionalProperties: true },
    execute: () => app.step('db query', async () => (await app.runner(api.url).run(nested, 'Hello')).finalOutput),
  });
  const agent = new Agent({ name: 'Assistant', instructions: 'Help.', tools: [weather] });
  const { finalOutput } = await app.runner(api.url).run(agent, 'How is the weather?');
  return finalOutput;
}

const ANSWER = 'The tools say: You said: Hello';
const RUN = 'invoke_workflow Agent workflow > invoke_agent Assistant';

describe('a context manager whose active context', () => {
  it.each([
    ['is the wanted one', (wanted: Context) => wanted],
    ['has one more value, as that of Sentry', (wanted: Context) => wanted.setValue(Symbol.for('scopes'), {})],
    ['wraps the wanted one', (wanted: Context) => new Wrapped(wanted)],
    ['is a proxy of the wanted one', (wanted: Context) => new Proxy(wanted, {})],
    ['inherits from the wanted one', (wanted: Context) => Object.create(wanted)],
  ])('%s: everything is in its place, once', async (_, derive) => {
    context.setGlobalContextManager(manager(derive));
    expect(await ask()).toBe(ANSWER);
    expect(lineage(app.take())).toEqual([
      'invoke_workflow Agent workflow',
      RUN,
      `${RUN} > chat gpt-4.1-mini`,
      `${RUN} > execute_tool weather`,
      `${RUN} > execute_tool weather > db query`,
      `${RUN} > execute_tool weather > db query > invoke_agent Nested`,
      `${RUN} > execute_tool weather > db query > invoke_agent Nested > chat gpt-4.1-mini`,
      `${RUN} > chat gpt-4.1-mini`,
    ]);
    expect(app.said).toEqual([]);
  });
});

describe('a context manager', () => {
  const fail = () => {
    throw new Error('no context');
  };
  const set = (overrides: Partial<ContextManager>) =>
    context.setGlobalContextManager(manager((wanted) => wanted, overrides));
  let isFirst = true;
  it.each([
    ['that is missing', () => context.disable()],
    ['whose with() throws', () => set({ with: fail })],
    ['whose active() throws', () => set({ active: fail })],
    ['whose active() returns nothing', () => set({ active: () => undefined as never })],
  ])(
    '%s: the application is not disturbed, each model call has one span, and there is one warning',
    async (_, start) => {
      start();
      const first = app.started.length;
      const { finalOutput } = await app.runner(api.url).run(new Agent({ name: 'Assistant' }), 'Hello');
      expect(finalOutput).toBe('You said: Hello');
      // OpenTelemetry's own processors export nothing without a context.
      const spans = app.started.slice(first) as unknown as { name: string; ended: boolean }[];
      expect(spans.map(({ name, ended }) => [name, ended])).toEqual([
        ['invoke_workflow Agent workflow', true],
        ['invoke_agent Assistant', true],
        ['chat gpt-4.1-mini', true],
      ]);
      // Once for the instrumentation.
      const warnings = app.said.filter(([, , text]) => String(text).includes('no context manager'));
      expect(warnings).toHaveLength(isFirst ? 1 : 0);
      isFirst = false;
    },
  );
});
