import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
import type { OpenAI } from 'openai';
import { OpenAIAgentsInstrumentation } from 'opentelemetry-instrumentation-openai/agents';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startFakeSockets } from '../support/fake-openai/sockets/index.mjs';
import { type Span, Telemetry } from '../support/telemetry.js';
import { client, type FakeSockets } from './support.js';

const telemetry = new Telemetry({ captureMessageContent: true });
const agentsInstrumentation = new OpenAIAgentsInstrumentation({ captureMessageContent: true });
const tracer = trace.getTracer('test');
const require = createRequire(import.meta.url);
const { WebSocket } = require('ws') as typeof import('ws');
const realtime = require('@openai/agents/realtime') as typeof import('@openai/agents/realtime');
const { RealtimeAgent, RealtimeSession, OpenAIRealtimeWebSocket, tool } = realtime;
const { handoff } = require('@openai/agents') as typeof import('@openai/agents');

type Session = InstanceType<typeof RealtimeSession>;
type Agent = InstanceType<typeof RealtimeAgent>;
type Options = NonNullable<ConstructorParameters<typeof RealtimeSession>[1]>;

const SESSION = 'realtime_session gpt-realtime';
const CHAT = 'chat gpt-realtime';

let server: FakeSockets;

beforeAll(async () => {
  server = await startFakeSockets();
});
afterEach(() => {
  expect(telemetry.diagLines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
});
afterAll(() => server.close());

/** What an application does somewhere: a span that shows where that is. */
function step<T>(name: string, work?: () => T): T | undefined {
  return tracer.startActiveSpan(name, (span) => {
    const result = work?.();
    span.end();
    return result;
  });
}

function weather(execute: (args: { city: string }) => Promise<string>, more: object = {}) {
  return tool({
    name: 'get_weather',
    description: 'The weather',
    parameters: z.object({ city: z.string() }),
    execute,
    ...more,
  });
}

async function open(agent: Agent, options: Options = {}) {
  const url = `${server.url.replace('https', 'wss')}/realtime?model=gpt-realtime`;
  const socket = new WebSocket(url, { ca: server.ca });
  const transport = new OpenAIRealtimeWebSocket({ createWebSocket: async () => socket as never });
  const session = new RealtimeSession(agent, { transport, model: 'gpt-realtime', ...options });
  const errors: unknown[] = [];
  session.on('error', ({ error }) => errors.push(error));
  await session.connect({ apiKey: 'sk-test' });
  const close = async () => {
    const closed = new Promise((resolve) => socket.once('close', resolve));
    session.close();
    await closed;
  };
  return { session, errors, close };
}

/** The end of the next responses. */
function turns(session: Session, count: number): Promise<void> {
  return new Promise((resolve) => {
    let done = 0;
    session.transport.on('*', ({ type }: { type: string }) => {
      if (type === 'response.done' && ++done === count) resolve();
    });
  });
}

function happens(session: Session, event: 'error' | 'tool_approval_requested'): Promise<unknown[]> {
  return new Promise((resolve) => session.once(event, (...args: unknown[]) => resolve(args)));
}

/** Each span with the one that it is inside. */
function tree(spans: Span[]): [string, string | undefined][] {
  const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  return spans
    .map(({ name, parentSpanContext }): [string, string | undefined] => [
      name,
      names.get(String(parentSpanContext?.spanId)),
    ])
    .sort();
}

function named(spans: Span[], name: string): Span {
  const found = spans.find((span) => span.name === name);
  if (!found) throw new Error(`no span ${name} in ${spans.map((span) => span.name)}`);
  return found;
}

const sunny = async ({ city }: { city: string }) => {
  step('weather service');
  return `sunny in ${city}`;
};

test('a voice session of the Agents SDK: its turns, its tool, and what is done inside', async () => {
  const agent = new RealtimeAgent({ name: 'guide', instructions: 'Be kind.', tools: [weather(sunny)] });
  const { session, errors, close } = await open(agent);
  session.on('agent_tool_start', () => step('as the tool starts'));
  session.on('agent_tool_end', () => step('as the tool ends'));
  session.on('agent_end', () => step('as the agent ends'));
  const done = turns(session, 2);
  step('question', () => session.sendMessage('What is the weather in Paris?'));
  await done;
  await close();

  expect(errors).toEqual([]);
  const spans = telemetry.spans();
  expect(tree(spans)).toEqual([
    ['as the agent ends', SESSION],
    ['as the agent ends', SESSION],
    ['as the tool ends', 'execute_tool get_weather'],
    ['as the tool starts', 'execute_tool get_weather'],
    [CHAT, 'question'],
    [CHAT, SESSION],
    ['execute_tool get_weather', SESSION],
    ['question', undefined],
    [SESSION, undefined],
    ['weather service', 'execute_tool get_weather'],
  ]);
  const [call, answer] = spans.filter(({ name }) => name === CHAT);
  expect(call?.links.map(({ context }) => context.spanId)).toEqual([named(spans, SESSION).spanContext().spanId]);
  expect(call?.attributes).toMatchObject({
    'gen_ai.agent.name': 'guide',
    'gen_ai.response.finish_reasons': ['tool_calls'],
  });
  expect(JSON.stringify(call?.attributes['gen_ai.input.messages'])).toContain('the weather in Paris');
  expect(answer?.attributes).toMatchObject({
    'gen_ai.agent.name': 'guide',
    'gen_ai.usage.output_tokens': expect.any(Number),
    'llm.stream.end_reason': 'completed',
  });
  expect(named(spans, SESSION).attributes).toMatchObject({
    'http.response.status_code': 101,
    'server.address': '127.0.0.1',
  });
  expect(named(spans, 'execute_tool get_weather').attributes).toMatchObject({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.agent.name': 'guide',
    'gen_ai.tool.name': 'get_weather',
    'gen_ai.tool.type': 'function',
    'gen_ai.tool.call.id': expect.stringContaining('call_fake'),
    'gen_ai.tool.call.arguments': expect.stringContaining('Paris'),
    'gen_ai.tool.call.result': JSON.stringify('sunny in Paris'),
    'gen_ai.conversation.id': named(spans, SESSION).attributes['gen_ai.conversation.id'],
  });
});

test('a response starts when its request is sent, and is refused by its id', async () => {
  const { session, close } = await open(new RealtimeAgent({ name: 'guide' }));
  const { transport } = session;
  transport.sendEvent({ type: 'fake.hold', after: 1 } as never);
  const begun = new Promise((resolve) => transport.once('turn_started', resolve));
  const asked = Date.now();
  session.sendMessage('Hello');
  await begun;
  // The transport keeps it until the first one has ended.
  step('second question', () => session.sendMessage('And?'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const done = turns(session, 2);
  const released = Date.now();
  transport.sendEvent({ type: 'fake.release' } as never);
  await done;
  await close();

  const [first, second] = telemetry.spans().filter(({ name }) => name === CHAT);
  const milliseconds = ([seconds, nanos]: [number, number] = [0, 0]) => seconds * 1000 + nanos / 1e6;
  expect(milliseconds(first?.startTime)).toBeLessThan(asked + 40);
  expect(milliseconds(second?.startTime)).toBeGreaterThanOrEqual(released - 1);
});

test('a hand-off, and the agent after it', async () => {
  const billing = new RealtimeAgent({ name: 'Billing desk', instructions: 'Count.' });
  const agent = new RealtimeAgent({
    name: 'reception',
    handoffs: [handoff(billing as never, { onHandoff: () => step('on hand-off') })],
  });
  const { session, errors, close } = await open(agent);
  session.on('agent_handoff', () => step('as it is handed off'));
  const done = turns(session, 2);
  session.sendMessage('Please transfer me.');
  await done;
  await close();

  expect(errors).toEqual([]);
  const spans = telemetry.spans();
  expect(tree(spans)).toEqual([
    ['as it is handed off', 'handoff Billing desk'],
    [CHAT, SESSION],
    [CHAT, SESSION],
    ['handoff Billing desk', SESSION],
    ['on hand-off', 'handoff Billing desk'],
    [SESSION, undefined],
  ]);
  expect(named(spans, 'handoff Billing desk').attributes).toMatchObject({
    'gen_ai.agent.name': 'reception',
    'llm.handoff.from': 'reception',
    'llm.handoff.to': 'Billing desk',
  });
  const chats = spans.filter(({ name }) => name === CHAT);
  expect(chats.map(({ attributes }) => attributes['gen_ai.agent.name'])).toEqual(['reception', 'Billing desk']);
});

describe('a tool that fails', () => {
  const fails = async () => {
    throw new RangeError('no such city');
  };

  test.each([
    ['and the model is told', {}, undefined],
    ['and the session', { errorFunction: null }, 'no such city'],
    ['by taking too long', { timeoutMs: 1, execute: () => new Promise(() => {}) }, undefined],
  ])('%s', async (_, more, told) => {
    const agent = new RealtimeAgent({ name: 'guide', tools: [weather(fails, more)] });
    const { session, errors, close } = await open(agent);
    const end = told ? happens(session, 'error') : turns(session, 2);
    session.sendMessage('What is the weather in Paris?');
    await end;
    await close();

    expect(errors).toHaveLength(told ? 1 : 0);
    const span = named(telemetry.spans(), 'execute_tool get_weather');
    expect(span.status.code).toBe(2);
    expect(span.events.map(({ name }) => name)).toEqual(['exception']);
    if (told) expect(JSON.stringify(span.events)).toContain(told);
  });
});

describe('a tool that needs an approval', () => {
  const agent = new RealtimeAgent({ name: 'guide', tools: [weather(sunny, { needsApproval: true })] });

  async function ask() {
    const opened = await open(agent);
    const requested = happens(opened.session, 'tool_approval_requested');
    const done = turns(opened.session, 2);
    opened.session.sendMessage('What is the weather in Paris?');
    const [, , request] = (await requested) as [unknown, unknown, { approvalItem: never }];
    return { ...opened, done, item: request.approvalItem };
  }

  test('it runs where it is approved', async () => {
    const { session, item, done, close } = await ask();
    const approval = tracer.startActiveSpan('approval', async (span) => {
      await session.approve(item);
      span.end();
    });
    await Promise.all([approval, done]);
    await close();
    const spans = telemetry.spans();
    expect(tree(spans)).toEqual([
      ['approval', undefined],
      [CHAT, 'approval'],
      [CHAT, SESSION],
      ['execute_tool get_weather', 'approval'],
      [SESSION, undefined],
      ['weather service', 'execute_tool get_weather'],
    ]);
  });

  test('it is rejected', async () => {
    const { session, item, done, close } = await ask();
    await session.reject(item, { message: 'No.' });
    await done;
    await close();
    const span = named(telemetry.spans(), 'execute_tool get_weather');
    expect(span.attributes['gen_ai.tool.call.result']).toBe(JSON.stringify('No.'));
  });

  test('an approval that fails rejects as it does without telemetry', async () => {
    const failing = new RealtimeAgent({
      name: 'guide',
      tools: [
        weather(
          async () => {
            throw new RangeError('no such city');
          },
          { needsApproval: true, errorFunction: null },
        ),
      ],
    });
    const { session, close } = await open(failing);
    const requested = happens(session, 'tool_approval_requested');
    session.sendMessage('What is the weather in Paris?');
    const [, , request] = (await requested) as [unknown, unknown, { approvalItem: never }];
    await expect(session.approve(request.approvalItem)).rejects.toThrow('no such city');
    await close();
    expect(named(telemetry.spans(), 'execute_tool get_weather').status.code).toBe(2);
  });
});

test('a guardrail that is tripped, and what its listeners do', async () => {
  const outputGuardrails = [
    { name: 'No echo', execute: async () => ({ tripwireTriggered: true, outputInfo: { why: 'a secret' } }) },
  ];
  const { session, close } = await open(new RealtimeAgent({ name: 'guide' }), { outputGuardrails });
  const tripped = new Promise<void>((resolve) => {
    session.once('guardrail_tripped', () => {
      step('alarm');
      resolve();
    });
  });
  session.sendMessage('Hello');
  await tripped;
  await close();

  const spans = telemetry.spans();
  const guardrail = named(spans, 'guardrail No echo');
  expect(tree(spans)).toContainEqual(['alarm', 'guardrail No echo']);
  expect(tree(spans)).toContainEqual(['guardrail No echo', SESSION]);
  expect(guardrail.attributes).toMatchObject({
    'gen_ai.agent.name': 'guide',
    'llm.guardrail.name': 'No echo',
    'llm.guardrail.triggered': true,
  });
  expect(JSON.stringify(guardrail.attributes)).not.toContain('secret');
});

describe('a tool that still runs', () => {
  async function running() {
    let started = () => {};
    const start = new Promise<void>((resolve) => {
      started = resolve;
    });
    const never = () => {
      started();
      return new Promise<string>(() => {});
    };
    const opened = await open(new RealtimeAgent({ name: 'guide', tools: [weather(never)] }));
    opened.session.sendMessage('What is the weather in Paris?');
    await start;
    return opened;
  }

  test('ends with its session', async () => {
    const { close } = await running();
    await close();
    expect(named(telemetry.spans(), 'execute_tool get_weather').attributes['llm.abandoned']).toBe(true);
  });

  test('ends at disable()', async () => {
    const { close } = await running();
    agentsInstrumentation.disable();
    agentsInstrumentation.enable();
    await close();
    expect(named(telemetry.spans(), 'execute_tool get_weather').attributes['llm.abandoned']).toBe(true);
  });
});

test('without the instrumentation of openai, tools are where the application is', async () => {
  telemetry.instrumentation.disable();
  const agent = new RealtimeAgent({ name: 'guide', tools: [weather(sunny)] });
  const { session, close } = await open(agent);
  const done = turns(session, 2);
  session.sendMessage('What is the weather in Paris?');
  await done;
  await close();
  telemetry.instrumentation.enable();
  expect(tree(telemetry.spans())).toEqual([
    ['execute_tool get_weather', undefined],
    ['weather service', 'execute_tool get_weather'],
  ]);
});

test('a model call inside a tool stays a call of its own', async () => {
  const openai = client(6, 'http://127.0.0.1:9/v1') as OpenAI;
  const ask = async () => {
    await openai.models.list({ maxRetries: 0 }).catch(() => undefined);
    await openai.chat.completions
      .create({ model: 'gpt-4.1', messages: [] }, { maxRetries: 0 })
      .catch(() => step('no network'));
    return 'rain';
  };
  const { session, close } = await open(new RealtimeAgent({ name: 'guide', tools: [weather(ask)] }));
  const done = turns(session, 2);
  session.sendMessage('What is the weather in Paris?');
  await done;
  await close();
  const spans = telemetry.spans();
  expect(tree(spans)).toContainEqual(['chat gpt-4.1', 'execute_tool get_weather']);
  expect(named(spans, 'chat gpt-4.1').attributes['gen_ai.agent.name']).toBe('guide');
});

test('a module that was bundled is handed over', () => {
  class Base {
    emit(): void {}
    sendFunctionCallOutput(): void {}
  }
  class Bundled extends Base {}
  const bundle = { OpenAIRealtimeBase: Bundled, OpenAIRealtimeWebSocket: Bundled, RealtimeSession: class {} };
  telemetry.instrumentation.manuallyInstrument(bundle);
  agentsInstrumentation.manuallyInstrument(bundle);
  expect(Object.hasOwn(Bundled.prototype, 'emit')).toBe(true);
  expect(new Bundled().emit()).toBeUndefined();
});
