import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Application, lineage } from './support/application.js';
import { scriptedModel } from './support/scripted-model.js';

const app = new Application();
const { Agent, getGlobalTraceProvider, run, setTraceProcessors, setTracingContextStorage, tool, withTrace } =
  app.agents;
afterEach(() => {
  setTracingContextStorage(undefined);
  setTraceProcessors([]);
  expect(app.said).toEqual([]);
});

const ask = (name: string) => {
  const execute = () => app.step(`db ${name}`, () => 'found');
  const lookup = tool({ name: 'lookup', description: 'Looks up', parameters: z.object({}), execute });
  const agent = new Agent({ name, model: scriptedModel(app.agents, 'lookup', 1), tools: [lookup] });
  return app.step(`request of ${name}`, () => run(agent, 'Hi'));
};
const whole = (name: string) => {
  const request = `request of ${name}`;
  const workflow = `${request} > invoke_workflow Agent workflow`;
  const agent = `${workflow} > invoke_agent ${name}`;
  const called = `${agent} > execute_tool lookup`;
  return [request, workflow, agent, `${agent} > chat`, called, `${called} > db ${name}`, `${agent} > chat`];
};

/** What applications do as they start. */
const setups: Record<string, () => void> = {
  processors: () => setTraceProcessors([]),
  'processors twice': () => {
    setTraceProcessors([]);
    setTraceProcessors([]);
  },
  'a storage': () => setTracingContextStorage(new AsyncLocalStorage() as never),
  'processors, then a storage': () => {
    setTraceProcessors([]);
    setTracingContextStorage(new AsyncLocalStorage() as never);
  },
  'a storage, then processors': () => {
    setTracingContextStorage(new AsyncLocalStorage() as never);
    setTraceProcessors([]);
  },
  'the default storage again': () => {
    setTracingContextStorage(new AsyncLocalStorage() as never);
    setTracingContextStorage(undefined);
  },
};

// First: it is said once.
it('a warning says that a trace was created before the storage was set', async () => {
  const trace = getGlobalTraceProvider().createTrace({ name: 'Before' });
  setTracingContextStorage(new AsyncLocalStorage() as never);
  await withTrace(trace, async () => {});
  expect(app.said.map(([level, , message]) => [level, message])).toEqual([
    ['warn', expect.stringContaining('created before setTracingContextStorage()')],
  ]);
  app.said.length = 0;
  expect(lineage(app.take())).toEqual(['invoke_workflow Before']);
});

describe.each(Object.keys(setups))('after an application has set %s', (setup) => {
  it.each(['in the same turn', 'some time later'])('all runs are traced, from the first one on, %s', async (when) => {
    setups[setup]?.();
    if (when === 'some time later') await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all(['Alice', 'Bob'].map(ask));
    await ask('Carol');
    expect(lineage(app.take()).sort()).toEqual(['Alice', 'Bob', 'Carol'].flatMap(whole).sort());
  });

  it('a trace that is started by hand is traced', async () => {
    setups[setup]?.();
    const trace = getGlobalTraceProvider().createTrace({ name: 'By hand' });
    await trace.start();
    await trace.end();
    expect(lineage(app.take())).toEqual(['invoke_workflow By hand']);
  });

  it('a run whose trace was created before does not keep the next one from being traced', async () => {
    const trace = getGlobalTraceProvider().createTrace({ name: 'Before' });
    setups[setup]?.();
    await withTrace(trace, async () => {});
    await ask('Alice');
    expect(lineage(app.take())).toEqual(expect.arrayContaining(whole('Alice')));
  });

  it('a storage set in the middle of a run: its spans end, and the next run is nested', async () => {
    await withTrace('Planning', async () => {
      setups[setup]?.();
      await ask('Inside').catch(() => {});
    }).catch(() => {});
    await app.settled();
    app.take();
    await ask('Alice');
    expect(lineage(app.take())).toEqual(whole('Alice'));
  });
});

it('no run is traced while the instrumentation is disabled, whatever is set', async () => {
  app.instrumentation.disable();
  setups['processors, then a storage']?.();
  await ask('Alice');
  app.instrumentation.enable();
  expect(lineage(app.take())).toEqual(['request of Alice', 'request of Alice > db Alice']);
  await ask('Bob');
  expect(lineage(app.take())).toEqual(whole('Bob'));
});
