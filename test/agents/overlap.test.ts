import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Application, lineage } from './support/application.js';
import { scriptedModel } from './support/scripted-model.js';

const app = new Application();
const {
  Agent,
  Runner,
  run,
  tool,
  withTrace,
  createCustomSpan,
  createAgentSpan,
  getGlobalTraceProvider,
  setCurrentSpan,
  resetCurrentSpan,
} = app.agents;
const provider = getGlobalTraceProvider();
afterEach(() => {
  expect(app.said).toEqual([]);
});

/** An agent that calls a tool, and its spans below those around it. */
function assistant(name: string, turns = 1) {
  const db = tool({
    name: 'lookup',
    description: 'Looks up',
    parameters: z.object({}),
    execute: () => app.step(`db ${name}`, () => new Promise<string>((resolve) => setTimeout(resolve, 2, 'found'))),
  });
  return new Agent({ name, model: scriptedModel(app.agents, 'lookup', turns), tools: [db] });
}
const spansOf = (name: string, around: string) => [
  `${around} > invoke_agent ${name}`,
  `${around} > invoke_agent ${name} > chat`,
  `${around} > invoke_agent ${name} > execute_tool lookup`,
  `${around} > invoke_agent ${name} > execute_tool lookup > db ${name}`,
  `${around} > invoke_agent ${name} > chat`,
];
/** The work of a request: in a trace of its own. */
const request = <T>(name: string, work: () => T | Promise<T>) =>
  context.with(ROOT_CONTEXT, () => app.step(`request of ${name}`, work));

describe('a trace that was started by hand and has not ended', () => {
  it('gets no spans of other runs with its id', async () => {
    const traceId = 'trace_conversation';
    const byHand = provider.createTrace({ traceId, name: 'By hand' });
    await request('Alice', () => byHand.start());
    await request('Bob', () => new Runner({ traceId, workflowName: 'Bob' }).run(assistant('Bob'), 'Hi'));
    await request('Carol', () => withTrace('Carol', () => run(assistant('Carol'), 'Hi'), { traceId }));
    await byHand.end();
    expect(lineage(app.take())).toEqual([
      'request of Alice',
      'request of Alice > invoke_workflow By hand',
      'request of Bob',
      'request of Bob > invoke_workflow Bob',
      ...spansOf('Bob', 'request of Bob > invoke_workflow Bob'),
      'request of Carol',
      'request of Carol > invoke_workflow Carol',
      ...spansOf('Carol', 'request of Carol > invoke_workflow Carol'),
    ]);
  });

  it('gets the spans that the application gives it, also inside a run with its id', async () => {
    const traceId = 'trace_inside';
    await withTrace(
      'Outer',
      async () => {
        const byHand = provider.createTrace({ traceId, name: 'By hand' });
        await byHand.start();
        await run(assistant('Inner'), 'Hi');
        const own = createAgentSpan({ data: { name: 'Own' } }, byHand);
        own.start();
        const child = createCustomSpan({ data: { name: 'child', data: {} } }, own);
        child.start();
        child.end();
        own.end();
        await byHand.end();
      },
      { traceId },
    );
    expect(lineage(app.take())).toEqual([
      'invoke_workflow Outer',
      'invoke_workflow Outer > invoke_workflow By hand',
      ...spansOf('Inner', 'invoke_workflow Outer'),
      'invoke_workflow Outer > invoke_workflow By hand > invoke_agent Own',
      'invoke_workflow Outer > invoke_workflow By hand > invoke_agent Own > child',
    ]);
  });

  it.each([
    { with: 'metadata of its own', metadata: () => ({}) },
    { with: 'metadata that another one shares', metadata: (shared: object) => shared },
  ])('with $with: keeps its spans apart from those of another one with its id', async ({ metadata }) => {
    const shared = {};
    const started: (() => void)[] = [];
    const all = Promise.all(
      ['Alice', 'Bob'].map((name) =>
        request(name, async () => {
          const options = { traceId: 'trace_both', name, metadata: metadata(shared) };
          const trace = provider.createTrace(options);
          await trace.start();
          await new Promise<void>((resolve) => void started.push(resolve));
          const span = createCustomSpan({ data: { name: `span of ${name}`, data: {} } }, trace);
          span.start();
          span.end();
          await trace.end();
        }),
      ),
    );
    await expect.poll(() => started.length).toBe(2);
    for (const goOn of started) goOn();
    await all;
    expect(lineage(app.take()).sort()).toEqual(
      ['Alice', 'Bob'].flatMap((name) => [
        `request of ${name}`,
        `request of ${name} > invoke_workflow ${name}`,
        `request of ${name} > invoke_workflow ${name} > span of ${name}`,
      ]),
    );
  });
});

it.each([false, true])(
  'one trace object in two runs at once, streamed: %s: each stays in its request',
  async (stream) => {
    const shared = provider.createTrace({ name: 'Shared' });
    const turns = { Alice: 1, Bob: 3 };
    await Promise.all(
      (['Alice', 'Bob'] as const).map((name) =>
        request(name, async () => {
          const work = () =>
            stream ? run(assistant(name, turns[name]), 'Hi', { stream }) : run(assistant(name, turns[name]), 'Hi');
          const result = await withTrace(shared, work as () => Promise<unknown>);
          if (stream) await (result as { completed: Promise<void> }).completed;
        }),
      ),
    );
    await app.settled();
    const spans = app.take();
    const paths = lineage(spans);
    for (const name of ['Alice', 'Bob'] as const) {
      const workflow = `request of ${name} > invoke_workflow Shared`;
      const turn = [
        `${workflow} > invoke_agent ${name} > execute_tool lookup`,
        `${workflow} > invoke_agent ${name} > execute_tool lookup > db ${name}`,
        `${workflow} > invoke_agent ${name} > chat`,
      ];
      expect(paths.filter((path) => path.startsWith(`request of ${name}`)).sort()).toEqual(
        [
          `request of ${name}`,
          workflow,
          ...spansOf(name, workflow),
          ...Array(turns[name] - 1)
            .fill(turn)
            .flat(),
        ].sort(),
      );
      const [whole, agent] = [workflow, `${workflow} > invoke_agent ${name}`].map((path) => spans[paths.indexOf(path)]);
      expect(whole?.endTime[0]).toBeGreaterThanOrEqual(agent?.endTime[0] ?? Number.NaN);
    }
  },
);

it('a span with more inside than is kept for late children is one span, with all of them inside', async () => {
  await withTrace('Long', async () => {
    const open = createAgentSpan({ data: { name: 'Open' } });
    open.start();
    setCurrentSpan(open);
    for (let i = 0; i < 300; i++) {
      const part = createCustomSpan({ data: { name: 'part', data: {} } });
      part.start();
      part.end();
    }
    await app.step('late', () => {});
    resetCurrentSpan();
    open.end();
  });
  const inside = 'invoke_workflow Long > invoke_agent Open';
  const parts = Array<string>(300).fill(`${inside} > part`);
  expect(lineage(app.take())).toEqual(['invoke_workflow Long', inside, ...parts, `${inside} > late`]);
});
