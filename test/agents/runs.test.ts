import { context, SpanKind, trace } from '@opentelemetry/api';
import type { Content } from 'opentelemetry-instrumentation-openai/agents';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { core } from '../support/otel.mjs';
import { Application, lineage, named } from './support/application.js';

const app = new Application();
const { Agent, tool, withTrace, setTraceProcessors, addTraceProcessor, getGlobalTraceProvider } = app.agents;
type Processor = Parameters<typeof addTraceProcessor>[0];

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
beforeAll(async () => {
  api = await startFakeOpenAI();
});
afterAll(() => api.close());
afterEach(() => {
  app.onStart = undefined;
  app.configure({});
  setTraceProcessors([]);
  app.said.length = 0;
});

const weather = tool({
  name: 'weather',
  description: 'The weather in a city',
  parameters: z.object({ city: z.string() }),
  execute: () => app.step('db query', () => 'sunny'),
});
const agent = new Agent({ name: 'Assistant', instructions: 'Help.', tools: [weather] });
const QUESTION = 'How is the weather?';
const ask = () => app.runner(api.url).run(agent, QUESTION);

const WHOLE = [
  'invoke_workflow Agent workflow',
  'invoke_workflow Agent workflow > invoke_agent Assistant',
  'invoke_workflow Agent workflow > invoke_agent Assistant > chat gpt-4.1-mini',
  'invoke_workflow Agent workflow > invoke_agent Assistant > execute_tool weather',
  'invoke_workflow Agent workflow > invoke_agent Assistant > execute_tool weather > db query',
  'invoke_workflow Agent workflow > invoke_agent Assistant > chat gpt-4.1-mini',
];

/** A trace processor of the application's, doing nothing. */
function processor(does: Partial<Processor> = {}): Processor {
  const nothing = async () => {};
  return {
    onTraceStart: nothing,
    onTraceEnd: nothing,
    onSpanStart: nothing,
    onSpanEnd: nothing,
    shutdown: nothing,
    forceFlush: nothing,
    ...does,
  };
}

describe('what the spans of a run say', () => {
  it('names, kinds, operations, agent and conversation; tokens on model calls alone', async () => {
    await withTrace('Planning', ask, { groupId: 'chat-7' });
    const spans = app.take();
    const conversation = { 'gen_ai.conversation.id': 'chat-7' };
    const inside = { ...conversation, 'gen_ai.agent.name': 'Assistant' };
    expect(named(spans, 'invoke_workflow')).toMatchObject({
      name: 'invoke_workflow Planning',
      kind: SpanKind.INTERNAL,
      attributes: { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.name': 'Planning', ...conversation },
    });
    expect(named(spans, 'invoke_agent')).toMatchObject({
      kind: SpanKind.INTERNAL,
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.tool.definitions': '[{"type":"function","name":"weather"}]',
        ...inside,
      },
    });
    expect(named(spans, 'execute_tool').attributes).toEqual({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'weather',
      'gen_ai.tool.type': 'function',
      ...inside,
    });
    expect(named(spans, 'db query').attributes).toEqual(inside);
    expect(named(spans, 'chat')).toMatchObject({ kind: SpanKind.CLIENT, attributes: inside });
    expect(named(spans, 'invoke_workflow').attributes).not.toHaveProperty('gen_ai.agent.name');
    for (const { name, attributes } of spans) {
      const counts = Object.keys(attributes).some((key) => key.startsWith('gen_ai.usage.'));
      expect([name, counts]).toEqual([name, name.startsWith('chat')]);
    }
  });

  it('hand-offs and guardrails', async () => {
    const billing = new Agent({ name: 'Billing', instructions: 'Bill.' });
    const triage = Agent.create({
      name: 'Triage',
      handoffs: [billing],
      inputGuardrails: [{ name: 'polite', execute: async () => ({ tripwireTriggered: false, outputInfo: {} }) }],
    });
    await app.runner(api.url).run(triage, 'Transfer me to billing');
    const spans = app.take();
    expect(named(spans, 'handoff')).toMatchObject({
      name: 'handoff Billing',
      kind: SpanKind.INTERNAL,
      attributes: { 'llm.handoff.from': 'Triage', 'llm.handoff.to': 'Billing', 'gen_ai.agent.name': 'Triage' },
    });
    expect(named(spans, 'guardrail')).toMatchObject({
      name: 'guardrail polite',
      attributes: { 'llm.guardrail.name': 'polite', 'llm.guardrail.triggered': false },
    });
    expect(named(spans, 'handoff').attributes).not.toHaveProperty('gen_ai.operation.name');
  });

  it('an error: its class, on the workflow as the application caught it', async () => {
    await expect(app.runner(api.url).run(agent, QUESTION, { maxTurns: 1 })).rejects.toThrow('Max turns (1) exceeded');
    const spans = app.take();
    expect(named(spans, 'invoke_workflow')).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': 'MaxTurnsExceededError' },
      events: [{ name: 'exception', attributes: { 'exception.type': 'MaxTurnsExceededError' } }],
    });
    expect(named(spans, 'invoke_agent')).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': 'MaxTurnsExceededError' },
      events: [{ name: 'exception' }],
    });
    expect(named(spans, 'chat').status.code).toBe(0);
  });

  it('no span starts before its parent', async () => {
    await ask();
    const spans = app.take();
    const starts = new Map(spans.map((span) => [span.spanContext().spanId, span.startTime]));
    for (const { startTime, parentSpanContext } of spans) {
      const [seconds, nanos] = starts.get(parentSpanContext?.spanId ?? '') ?? [0, 0];
      expect(startTime[0] - seconds + (startTime[1] - nanos) / 1e9).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('content', () => {
  const tools = () => named(app.take(), 'execute_tool').attributes;

  it('is not recorded unless it is asked for', async () => {
    await ask();
    expect(JSON.stringify(app.take().map(({ attributes, events }) => [attributes, events]))).not.toMatch(/sunny|Help/);
    expect(app.takeLogs()).toEqual([]);
  });

  it('on the span', async () => {
    app.configure({ captureMessageContent: true });
    await ask();
    expect(tools()).toMatchObject({
      'gen_ai.tool.call.arguments': '{"city":"city"}',
      'gen_ai.tool.call.result': '"sunny"',
    });
    expect(app.takeLogs()).toEqual([]);
  });

  it('as an event, in the context of the span', async () => {
    app.configure({ captureMessageContent: 'event' });
    await ask();
    const spans = app.take();
    const logs = app.takeLogs();
    expect(logs.map(({ eventName }) => eventName)).toEqual(Array(3).fill('gen_ai.client.inference.operation.details'));
    const recorded = {
      execute_tool: { 'gen_ai.tool.call.arguments': { city: 'city' }, 'gen_ai.tool.call.result': 'sunny' },
      invoke_agent: { 'gen_ai.system_instructions': [{ type: 'text', content: 'Help.' }] },
      invoke_workflow: { 'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: QUESTION }] }] },
    };
    for (const [i, [operation, attributes]] of Object.entries(recorded).entries()) {
      const span = named(spans, operation);
      for (const name of Object.keys(attributes)) expect(span.attributes).not.toHaveProperty([name]);
      expect(logs[i]).toMatchObject({ spanContext: { spanId: span.spanContext().spanId }, attributes });
    }
  });

  it('through the hook, and cut to size', async () => {
    const seen: [Content, string][] = [];
    app.configure({
      captureMessageContent: 'span',
      maxContentLength: 3,
      contentHook: (content, { operation }) => {
        seen.push([content, operation]);
        return { ...content, toolCallArguments: 'secret' };
      },
    });
    await ask();
    expect(seen[0]).toEqual([{ toolCallArguments: { city: 'city' }, toolCallResult: 'sunny' }, 'execute_tool']);
    expect(seen.map(([, operation]) => operation)).toEqual(['execute_tool', 'invoke_agent', 'invoke_workflow']);
    expect(tools()).toMatchObject({
      'gen_ai.tool.call.arguments': '"sec…[truncated]"',
      'gen_ai.tool.call.result': '"sun…[truncated]"',
    });
  });

  it('is left out where the hook says so, or fails', async () => {
    app.configure({ captureMessageContent: 'span', contentHook: () => undefined });
    await ask();
    expect(tools()).not.toHaveProperty(['gen_ai.tool.call.result']);
    expect(app.said).toEqual([]);

    app.configure({
      captureMessageContent: 'span',
      contentHook: () => {
        throw new Error('no');
      },
    });
    await ask();
    expect(tools()).not.toHaveProperty(['gen_ai.tool.call.result']);
    expect(app.said.map(([level]) => level)).toEqual(['error', 'error', 'error']);
  });
});

describe('options', () => {
  it('that are wrong are said once, by name, and do no harm', async () => {
    const wrong = { maxContentLength: -1, spanHook: 'no', nonsense: 1, inspectStreams: true };
    app.instrumentation.setConfig(wrong as object);
    await ask();
    await ask();
    expect(lineage(app.take())).toEqual([...WHOLE, ...WHOLE]);
    expect(app.said.map(([, , text]) => text)).toEqual([
      'unknown option: nonsense, inspectStreams',
      'option maxContentLength must be an integer of 0 or more; using 8192',
      'option spanHook must be a function; ignoring it',
    ]);
  });

  it('spanHook sees each span of the SDK’s and may throw', async () => {
    const seen: unknown[] = [];
    app.configure({
      spanHook: (span, { spanData }) => {
        span.setAttribute('mine', 1);
        seen.push((spanData as { type: string }).type);
        if (seen.length === 2) throw new Error('no');
      },
    });
    await ask();
    expect(seen).toEqual(['function', 'agent']);
    expect(named(app.take(), 'execute_tool').attributes.mine).toBe(1);
    expect(app.said.map(([level]) => level)).toEqual(['error']);
  });

  it('requireParentSpan: only runs inside another span', async () => {
    app.configure({ requireParentSpan: true }, { requireParentSpan: true });
    await ask();
    expect(lineage(app.take())).toEqual(['db query']);
    await app.step('request', ask);
    expect(lineage(app.take())).toEqual(['request', ...WHOLE.map((path) => `request > ${path}`)]);
  });
});

describe('models that do not go through openai', () => {
  const { withGenerationSpan } = app.agents;
  const usage = { requests: 1, inputTokens: 5, outputTokens: 7, totalTokens: 12 };

  /** As adapters of other APIs are written. */
  function model(work: () => Promise<unknown>) {
    return {
      getResponse: () =>
        withGenerationSpan(async (span) => {
          span.spanData.model = 'wise-1';
          span.spanData.model_config = { temperature: 0.5 };
          span.spanData.input = [{ role: 'user', content: 'Hello' }];
          await work();
          span.spanData.usage = { input_tokens: 5, output_tokens: 7 };
          return {
            usage: new app.agents.Usage(usage),
            output: [app.agents.assistant('Hi')],
          };
        }),
      async *getStreamedResponse(): AsyncGenerator<never> {},
    };
  }

  const told = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'wise-1',
    'gen_ai.request.temperature': 0.5,
    'gen_ai.agent.name': 'Other',
    'gen_ai.usage.input_tokens': 5,
    'gen_ai.usage.output_tokens': 7,
  };

  it('have a span from the data, and what they do is inside it', async () => {
    const other = new Agent({ name: 'Other', model: model(() => app.step('POST', () => {})) });
    await app.runner(api.url).run(other, 'Hello');
    const spans = app.take();
    expect(lineage(spans).slice(2)).toEqual([
      'invoke_workflow Agent workflow > invoke_agent Other > chat wise-1',
      'invoke_workflow Agent workflow > invoke_agent Other > chat wise-1 > POST',
    ]);
    expect(named(spans, 'chat')).toMatchObject({ kind: SpanKind.CLIENT });
    expect(named(spans, 'chat').attributes).toEqual(told);
  });

  it('have it also if they do nothing that could be seen, with its content if that is asked for', async () => {
    app.configure({ captureMessageContent: true });
    await app.runner(api.url).run(new Agent({ name: 'Other', model: model(async () => {}) }), 'Hello');
    expect(named(app.take(), 'chat').attributes).toEqual({
      ...told,
      'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"Hello"}]}]',
    });
  });

  it('count no tokens twice where openai is asked after all', async () => {
    const { default: OpenAI } = await import('openai');
    const client = new OpenAI({ apiKey: 'sk-pretend', baseURL: api.url });
    app.openai.manuallyInstrument(OpenAI);
    const say = () =>
      client.chat.completions.create({ model: 'gpt-4.1-mini', messages: [{ role: 'user', content: 'Hello' }] });
    await app.runner(api.url).run(new Agent({ name: 'Other', model: model(say) }), 'Hello');
    await app.runner(api.url).run(new Agent({ name: 'Other', model: model(() => app.step('mine', say)) }), 'Hello');
    const spans = app.take();
    expect(lineage(spans).filter((path) => path.includes('chat'))).toEqual([
      'invoke_workflow Agent workflow > invoke_agent Other > chat gpt-4.1-mini',
      'invoke_workflow Agent workflow > invoke_agent Other > chat wise-1',
      'invoke_workflow Agent workflow > invoke_agent Other > chat wise-1 > mine',
      'invoke_workflow Agent workflow > invoke_agent Other > chat wise-1 > mine > chat gpt-4.1-mini',
    ]);
    expect(spans.filter(({ attributes }) => 'gen_ai.usage.input_tokens' in attributes)).toHaveLength(2);
  });
});

describe('other parties', () => {
  it('trace processors set by the application: ours is back at the next run', async () => {
    const told: string[] = [];
    setTraceProcessors([processor({ onTraceStart: async () => void told.push('start') })]);
    await ask();
    expect(lineage(app.take())).toEqual(WHOLE);
    expect(told).toEqual(['start']);
  });

  it('trace processors replaced while a run is under way: it ends nevertheless', async () => {
    await withTrace('Planning', async () => {
      setTraceProcessors([]);
      await app.step('inside', () => {});
    });
    expect(lineage(app.take())).toEqual(['invoke_workflow Planning', 'invoke_workflow Planning > inside']);
  });

  it('a slow trace processor that is told first: everything nests', async () => {
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    setTraceProcessors([processor({ onTraceStart: slow, onTraceEnd: slow, onSpanStart: slow, onSpanEnd: slow })]);
    await ask();
    expect(lineage(app.take())).toEqual(WHOLE);
  });

  it('a trace processor that fails: everything that is asked for nests', async () => {
    const fail = () => Promise.reject(new Error('no'));
    setTraceProcessors([processor({ onSpanStart: fail, onSpanEnd: fail })]);
    await ask();
    expect(lineage(app.take())).toEqual(WHOLE);
  });

  it('a trace processor that looks at the active span, or starts one there: each model call has one span', async () => {
    const look = async () => void trace.getActiveSpan();
    setTraceProcessors([processor({ onSpanStart: look, onSpanEnd: look })]);
    await ask();
    expect(lineage(app.take())).toEqual(WHOLE);
    setTraceProcessors([processor({ onSpanStart: async () => app.tracer.startSpan('seen').end() })]);
    await ask();
    const paths = lineage(app.take());
    expect(paths.filter((path) => !path.endsWith('seen'))).toEqual(WHOLE);
    expect(paths.filter((path) => path.endsWith('chat gpt-4.1-mini > seen'))).toHaveLength(2);
  });

  it('the stack of an error has the functions that await the run', async () => {
    async function inner() {
      await withTrace('Planning', async () => {
        await Promise.resolve();
        throw new Error('no');
      });
    }
    async function outer() {
      await inner();
    }
    const error = await outer().catch((thrown: Error) => thrown);
    app.take();
    expect(error?.stack).toMatch(/at (async )?inner .*\n.*at (async )?outer /);
  });

  it('a span processor that asks for the active span as one starts is told of the parent', async () => {
    const active: [unknown, unknown][] = [];
    app.onStart = (span, parent) => {
      active.push([trace.getActiveSpan()?.spanContext().spanId, trace.getSpanContext(parent)?.spanId]);
      expect(context.active().getValue(Symbol('anything'))).toBeUndefined();
      expect(span.isRecording()).toBe(true);
    };
    await ask();
    expect(active).toHaveLength(app.take().length);
    for (const [seen, parent] of active) expect(seen).toBe(parent);
  });

  it('a storage set by the application goes on being used, and is followed from the next run on', async () => {
    const { setTracingContextStorage } = app.agents;
    const key = Symbol.for('openai.agents.core.asyncLocalStorage');
    const before = Reflect.get(globalThis, key);
    const { AsyncLocalStorage } = await import('node:async_hooks');
    const runs: unknown[] = [];
    class Own extends AsyncLocalStorage<unknown> {
      override run<R>(store: unknown, ...rest: [(...args: never[]) => R]): R {
        runs.push(store);
        return super.run(store, ...(rest as [() => R]));
      }
    }
    setTracingContextStorage(new Own() as never);
    await ask();
    expect(lineage(app.take())).toEqual(WHOLE);
    expect(runs.length).toBeGreaterThan(3);
    Reflect.set(globalThis, key, before);
  });

  it('suppressTracing inside a run: nothing of what is inside, everything of what comes after', async () => {
    await withTrace('Planning', async () => {
      await context.with(core.suppressTracing(context.active()), ask);
      await ask();
    });
    expect(lineage(app.take())).toEqual([
      'invoke_workflow Planning',
      ...WHOLE.slice(1).map((path) => path.replace('Agent workflow', 'Planning')),
    ]);
  });

  it('telemetry that fails costs one line a run, and changes nothing', async () => {
    const { startSpan } = Object.getPrototypeOf(app.instrumentation['_tracer' as never]);
    const tracer = app.instrumentation['tracer' as never] as { startSpan: unknown };
    tracer.startSpan = () => {
      throw new Error('no tracer');
    };
    const { finalOutput } = await ask();
    tracer.startSpan = startSpan;
    expect(finalOutput).toBe('The tools say: sunny');
    expect(app.said.map(([level, , , fault]) => [level, String(fault)])).toEqual([
      ['error', expect.stringMatching(/^Error\n {4}at /)],
    ]);
    expect(lineage(app.take())).toEqual(['chat gpt-4.1-mini', 'db query', 'chat gpt-4.1-mini']);
  });
});

describe('enable and disable', () => {
  it('switch at run time', async () => {
    app.instrumentation.disable();
    await ask();
    expect(lineage(app.take())).toEqual(['chat gpt-4.1-mini', 'db query', 'chat gpt-4.1-mini']);
    app.instrumentation.enable();
    await ask();
    expect(lineage(app.take())).toEqual(WHOLE);
  });

  it('in the middle of a run: its spans end, it goes on', async () => {
    const result = await withTrace('Planning', async () => {
      app.instrumentation.disable();
      const { finalOutput } = await ask();
      app.instrumentation.enable();
      return finalOutput;
    });
    expect(result).toBe('The tools say: sunny');
    const spans = app.take();
    expect(named(spans, 'invoke_workflow').attributes['llm.abandoned']).toBe(true);
    expect(spans.filter(({ name }) => name.startsWith('invoke_'))).toHaveLength(1);
  });

  it('manuallyInstrument once more is harmless, and says what it cannot follow', async () => {
    app.instrumentation.manuallyInstrument(app.agents);
    await ask();
    expect(lineage(app.take())).toEqual(WHOLE);
    app.instrumentation.manuallyInstrument({});
    app.instrumentation.manuallyInstrument({});
    expect(app.said.map(([level, , text]) => [level, String(text).slice(0, 60)])).toEqual([
      ['warn', 'what was given to manuallyInstrument() is not traced: it has'],
    ]);
  });
});

describe('bad input', () => {
  const provider = getGlobalTraceProvider();
  const odd = (values: object) => values as never;

  it('traces ended twice, started twice, or never started', async () => {
    const started = provider.createTrace({ name: 'Twice' });
    await started.start();
    await started.start();
    await started.end();
    await started.end();
    await provider.createTrace({ name: 'Never' }).end();
    expect(lineage(app.take())).toEqual(['invoke_workflow Twice']);
  });

  it('spans ended before their children, never ended, or ended twice', async () => {
    const { createAgentSpan, createCustomSpan } = app.agents;
    await withTrace('Planning', async (whole) => {
      const parent = createAgentSpan({ data: { name: 'Early' } }, whole);
      parent.start();
      const child = createCustomSpan({ data: { name: 'late', data: {} } }, parent);
      child.start();
      parent.end();
      parent.end();
      const grandchild = createCustomSpan({ data: { name: 'later', data: {} } }, child);
      grandchild.start();
      child.end();
    });
    expect(lineage(app.take())).toEqual([
      'invoke_workflow Planning',
      'invoke_workflow Planning > invoke_agent Early',
      'invoke_workflow Planning > invoke_agent Early > late',
      'invoke_workflow Planning > invoke_agent Early > late > later',
    ]);
  });

  it('span data with missing and odd fields', async () => {
    const oddData: unknown[] = [
      ...['agent', 'function', 'handoff', 'guardrail', 'custom', 'mcp_tools', 'generation', 'response', 'speech'].map(
        (type) => ({ type }),
      ),
      { type: 'agent', name: 7, tools: 'many' },
      { type: 'function', name: {}, input: 5, output: null },
      { type: 'generation', model: [], usage: 'much', output: [null], input: 'x', model_config: 3 },
      { type: 'response', _response: { output: 7, usage: [] }, _input: 4 },
      { type: 'turn' },
      { type: 'a new kind' },
      null,
      undefined,
      'text',
      {
        get type() {
          throw new Error('odd');
        },
      },
    ];
    app.configure({ captureMessageContent: 'span_and_event' });
    await withTrace('Odd', async ({ traceId }) => {
      for (const [i, spanData] of oddData.entries()) {
        const span = odd({
          type: 'trace.span',
          traceId,
          spanId: `odd_${i}`,
          parentId: 'nobody',
          spanData,
          error: i === 0 ? 'x' : null,
        });
        await provider.dispatchSpanStart(span);
        await provider.dispatchSpanEnd(span);
      }
      for (const span of [{}, { traceId }, { traceId, spanId: 5 }, { traceId: 'unheard of', spanId: 'a' }]) {
        await provider.dispatchSpanStart(odd(span));
        await provider.dispatchSpanEnd(odd(span));
      }
    });
    const names = app.take().map(({ name }) => name);
    expect(names).toEqual([
      'invoke_workflow Odd',
      'invoke_agent',
      'execute_tool',
      'handoff',
      'guardrail',
      'custom',
      'list_tools',
      'chat',
      'chat',
      'text_to_speech',
      'invoke_agent',
      'execute_tool',
      'chat',
      'chat',
    ]);
    expect(app.said.map(([level, , , fault]) => [level, String(fault)])).toEqual([
      ['error', expect.stringMatching(/^Error\n {4}at /)],
    ]);
  });

  it('spans told of when they are over keep their own times', async () => {
    await withTrace('Replayed', async ({ traceId }) => {
      await provider.dispatchSpan(
        odd({
          traceId,
          spanId: 'old',
          startedAt: new Date(Date.now() - 5_000).toISOString(),
          endedAt: new Date(Date.now() + 500).toISOString(),
          spanData: { type: 'custom', name: 'old' },
          error: null,
        }),
      );
    });
    const [whole, old] = app.take();
    expect(old?.startTime[0]).toBeGreaterThanOrEqual(whole?.startTime[0] ?? Number.NaN);
  });

  it('spans told of when they are over end no earlier than they start, which is no earlier than their trace does', async () => {
    await withTrace('Replayed', async ({ traceId }) => {
      await provider.dispatchSpan(
        odd({
          traceId,
          spanId: 'old',
          startedAt: new Date(Date.now() - 5_000).toISOString(),
          endedAt: new Date(Date.now() - 4_000).toISOString(),
          spanData: { type: 'custom', name: 'old' },
          error: null,
        }),
      );
    });
    const old = named(app.take(), 'old');
    expect(old.endTime).toEqual(old.startTime);
    // OpenTelemetry complains of a span that ends before it starts.
    expect(app.said).toEqual([]);
  });

  it('two traces of one id at once', async () => {
    await Promise.all([1, 2].map(() => withTrace('Same', () => ask(), { traceId: 'trace_same' })));
    expect(lineage(app.take()).filter((path) => path === 'invoke_workflow Same')).toHaveLength(2);
  });
});
