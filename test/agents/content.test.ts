import { createRequire } from 'node:module';
import type OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { Application, named } from './support/application.js';
import { type Script, ScriptedApi } from './support/scripted-api.js';

const app = new Application();
const api = new ScriptedApi();
const { Agent, handoff, Runner, tool, withTrace } = app.agents;
const { OpenAI: Client } = createRequire(import.meta.url)('openai') as { OpenAI: typeof OpenAI };
const openAIClient = new Client({ apiKey: 'sk-pretend', fetch: api.fetch as never, maxRetries: 0 }) as never;

const MANNERS = [true, false].flatMap((useResponses) => [false, true].map((stream) => ({ useResponses, stream })));
type Manner = (typeof MANNERS)[number];
type AnyAgent = import('@openai/agents').Agent;

afterEach(() => {
  app.configure({});
  app.said.length = 0;
});

/** Runs an agent to its end, well or badly, and waits until its spans have ended. */
async function run(agent: AnyAgent, input: string, manner: Manner): Promise<unknown> {
  const outcome = await runWithin(agent, input, manner);
  await app.settled();
  return outcome;
}

/** Runs an agent inside a trace that is still open. */
async function runWithin(agent: AnyAgent, input: string, { useResponses, stream }: Manner): Promise<unknown> {
  const { OpenAIProvider } = app.agents;
  const runner = new Runner({ modelProvider: new OpenAIProvider({ openAIClient, useResponses }) });
  try {
    if (!stream) return (await runner.run(agent, input)).finalOutput;
    const result = await runner.run(agent, input, { stream: true });
    for await (const _ of result);
    await result.completed;
    return result.finalOutput;
  } catch (error) {
    return error;
  }
}

function script(model: string, does: Script): string {
  api.scripts.set(model, does);
  return model;
}

const anything = { type: 'object' as const, properties: {}, required: [], additionalProperties: true as const };
function toolOf(name: string, execute: () => unknown, more: object = {}) {
  return tool({ name, description: 'x', strict: false, parameters: anything, execute, ...more } as never);
}

const slowProcessor = {
  onTraceStart: async () => {},
  onTraceEnd: async () => {},
  onSpanStart: async () => {},
  onSpanEnd: () => new Promise<void>((resolve) => setTimeout(resolve, 100)),
  shutdown: async () => {},
  forceFlush: async () => {},
};

const json = (value: unknown) => JSON.parse(String(value));
const says = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] });

describe.each(MANNERS)('with content captured, responses $useResponses, streamed $stream', (manner) => {
  const answer = [{ ...says('assistant', 'It is sunny.'), finish_reason: 'stop' }];

  it('agent and workflow have their input and output, the agent its instructions', async () => {
    app.configure({ captureMessageContent: true });
    const calls = [{ name: 'weather', arguments: { city: 'Rome' } }];
    const agent = new Agent({
      name: 'Assistant',
      instructions: 'Be kind.',
      model: script('m', { calls, answer: 'It is sunny.' }),
      tools: [toolOf('weather', () => 'sunny')],
    });
    await run(agent, 'The weather?', manner);
    const spans = app.take();
    const { attributes } = named(spans, 'invoke_agent');
    expect(json(attributes['gen_ai.system_instructions'])).toEqual([{ type: 'text', content: 'Be kind.' }]);
    expect(json(attributes['gen_ai.input.messages'])).toEqual([says('user', 'The weather?')]);
    expect(json(attributes['gen_ai.output.messages'])).toEqual(answer);
    const workflow = named(spans, 'invoke_workflow').attributes;
    expect(workflow).not.toHaveProperty(['gen_ai.system_instructions']);
    expect(json(workflow['gen_ai.input.messages'])).toEqual([says('user', 'The weather?')]);
    expect(json(workflow['gen_ai.output.messages'])).toEqual(answer);
  });

  it('what an agent used as a tool says is its own', async () => {
    app.configure({ captureMessageContent: true });
    const inner = new Agent({ name: 'Inner', instructions: 'Look.', model: script('inner', { answer: 'rain' }) });
    const runConfig = {
      modelProvider: new app.agents.OpenAIProvider({ openAIClient, useResponses: manner.useResponses }),
    };
    const outer = new Agent({
      name: 'Outer',
      model: script('outer', { calls: [{ name: 'look', arguments: { input: 'Rome' } }], answer: 'It rains.' }),
      tools: [inner.asTool({ toolName: 'look', toolDescription: 'x', runConfig })],
    });
    await run(outer, 'The weather?', manner);
    const spans = app.take();
    const inputs = ['invoke_agent Inner', 'invoke_agent Outer', 'invoke_workflow'].map((name) => {
      const { attributes } = named(spans, name);
      return [json(attributes['gen_ai.input.messages']), json(attributes['gen_ai.output.messages'])].flat();
    });
    const finish_reason = 'stop';
    expect(inputs).toEqual([
      [says('user', 'Rome'), { ...says('assistant', 'rain'), finish_reason }],
      [says('user', 'The weather?'), { ...says('assistant', 'It rains.'), finish_reason }],
      [says('user', 'The weather?'), { ...says('assistant', 'It rains.'), finish_reason }],
    ]);
  });

  it('the final output of a run is what it returns, whoever made it', async () => {
    app.configure({ captureMessageContent: true });
    const calls = [{ name: 'weather', arguments: {} }];
    const agent = new Agent({
      name: 'Assistant',
      model: script('m', { calls }),
      tools: [toolOf('weather', () => 'sunny')],
      toolUseBehavior: 'stop_on_first_tool',
    });
    expect(await run(agent, 'x', manner)).toBe('sunny');
    const workflow = named(app.take(), 'invoke_workflow').attributes;
    expect(json(workflow['gen_ai.output.messages'])).toEqual([
      { ...says('assistant', 'sunny'), finish_reason: 'stop' },
    ]);
  });
});

const CANARY = 'CANARY-4111-1111';
const trips = { tripwireTriggered: true, outputInfo: { flagged: CANARY } };
const fails = () => {
  throw new Error(`the card is ${CANARY}`);
};
const calls = [{ name: 'pay', arguments: { card: CANARY } }];

/** Every text that a run can hold, with the class that the failed spans name. */
const SECRETS: Record<string, { agent: () => object; script?: Script; errors: string[] }> = {
  'instructions, input, arguments, results and answer': {
    agent: () => ({ instructions: CANARY, tools: [toolOf('pay', () => CANARY)] }),
    script: { calls, answer: CANARY },
    errors: [],
  },
  'an input guardrail that trips': {
    agent: () => ({ inputGuardrails: [{ name: 'g', execute: async () => trips }] }),
    errors: ['InputGuardrailTripwireTriggered'],
  },
  'an output guardrail that trips': {
    agent: () => ({ outputGuardrails: [{ name: 'g', execute: async () => trips }] }),
    errors: ['OutputGuardrailTripwireTriggered'],
  },
  'a guardrail that fails': {
    agent: () => ({ inputGuardrails: [{ name: 'g', execute: async () => fails() }] }),
    errors: ['GuardrailExecutionError'],
  },
  'a tool that fails': {
    agent: () => ({ tools: [toolOf('pay', fails)] }),
    script: { calls },
    errors: ['_OTHER'],
  },
  'a tool that fails, with a function that tells the model': {
    agent: () => ({ tools: [toolOf('pay', fails, { errorFunction: (_: unknown, error: Error) => error.message })] }),
    script: { calls },
    errors: ['_OTHER'],
  },
  'a tool whose error ends the run': {
    agent: () => ({ tools: [toolOf('pay', fails, { errorFunction: null })] }),
    script: { calls },
    errors: ['ToolCallError'],
  },
  'a tool that throws a text': {
    agent: () => ({
      tools: [
        toolOf(
          'pay',
          () => {
            throw CANARY;
          },
          { errorFunction: null },
        ),
      ],
    }),
    script: { calls },
    errors: ['ToolCallError'],
  },
  'arguments that are no JSON': {
    agent: () => ({ tools: [toolOf('pay', () => 'ok')] }),
    script: { calls: [{ name: 'pay', arguments: `{"card": ${CANARY}` }] },
    errors: [],
  },
  'a tool that there is not': {
    agent: () => ({}),
    script: { calls: [{ name: 'steal', arguments: { card: CANARY } }] },
    errors: ['ModelBehaviorError'],
  },
  'a hand-off whose callback fails': {
    agent: () => ({ handoffs: [handoff(new Agent({ name: 'Next' }), { onHandoff: fails })] }),
    script: { calls: [{ name: 'transfer_to_Next', arguments: {} }] },
    errors: ['Error'],
  },
  'a hand-off whose input filter fails': {
    agent: () => ({ handoffs: [handoff(new Agent({ name: 'Next' }), { inputFilter: fails })] }),
    script: { calls: [{ name: 'transfer_to_Next', arguments: {} }] },
    errors: ['Error'],
  },
  'a refusal': { agent: () => ({}), script: { refusal: CANARY }, errors: ['ModelRefusalError'] },
};

describe.each(MANNERS)('with no content captured, responses $useResponses, streamed $stream', (manner) => {
  it.each(Object.entries(SECRETS))('%s: nowhere on a span', async (_, secret) => {
    const agent = new Agent({
      name: 'Assistant',
      model: script('m', { answer: CANARY, ...secret.script }),
      ...secret.agent(),
    });
    await withTrace('Paying', () =>
      runWithin(agent, CANARY, manner).then((outcome) => {
        if (outcome instanceof Error) throw outcome;
      }),
    ).catch(() => {});
    await app.settled();
    const spans = app.take();
    const told = spans.map(({ name, attributes, status, events }) => [name, attributes, status, events]);
    expect(JSON.stringify(told)).not.toContain(CANARY);
    const failed = spans.filter(({ status }) => status.code === 2);
    for (const type of secret.errors) {
      const [span] = failed.filter(({ attributes }) => attributes['error.type'] === type);
      expect(span?.attributes).toMatchObject({ 'error.type': type });
    }
    // The error that the application caught has the place where it was thrown.
    const workflow = spans.find(({ name, status }) => name.startsWith('invoke_workflow') && status.code === 2);
    if (workflow) expect(workflow.events[0]?.attributes?.['exception.stacktrace']).toMatch(/^\w+\n\s+at /);
    expect(app.said).toEqual([]);
  });
});

describe('the error of a tool', () => {
  const manner = { useResponses: true, stream: false };
  const types: [string, () => unknown, object, string][] = [
    [
      'an error of the API',
      () => Promise.reject(new Error('500 down')),
      { errorFunction: null },
      'InternalServerError',
    ],
    ['a time-out that is told to the model', () => new Promise(() => {}), { timeoutMs: 5 }, 'ToolTimeoutError'],
  ];
  it.each(types)('%s', async (_, execute, more, type) => {
    const agent = new Agent({ name: 'A', model: script('m', { calls }), tools: [toolOf('pay', execute, more)] });
    await run(agent, 'x', manner);
    expect(named(app.take(), 'execute_tool')).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': type },
    });
  });

  it.each([
    { capture: true, type: 'CardDeclined' },
    // Of the text alone it cannot be known that it begins with a class.
    { capture: false, type: '_OTHER' },
  ])('a class without “Error” in its name, content captured: $capture', async ({ capture, type }) => {
    class CardDeclined extends Error {
      override name = 'CardDeclined';
    }
    app.configure({ captureMessageContent: capture });
    const pay = toolOf('pay', () => Promise.reject(new CardDeclined('no')), { errorFunction: null });
    await run(new Agent({ name: 'A', model: script('m', { calls }), tools: [pay] }), 'x', manner);
    expect(named(app.take(), 'execute_tool').attributes['error.type']).toBe(type);
    app.configure({});
  });

  it('is recorded in full with content captured', async () => {
    app.configure({ captureMessageContent: true });
    const agent = new Agent({
      name: 'A',
      model: script('m', { calls }),
      tools: [toolOf('pay', fails, { errorFunction: null })],
    });
    await run(agent, 'x', manner);
    expect(named(app.take(), 'execute_tool').status.message).toBe(`Error running tool: Error: the card is ${CANARY}`);
  });
});

describe('model calls', () => {
  it('of the AI SDK adapter name model and provider', async () => {
    const { withGenerationSpan } = app.agents;
    const asked: [string, string][] = [
      ['openai.responses', 'openai'],
      ['google.generative-ai', 'gcp.gemini'],
      ['anthropic.messages', 'anthropic'],
      ['my-own', 'my-own'],
    ];
    await withTrace('Adapters', async () => {
      for (const [provider] of asked) {
        await withGenerationSpan(async ({ spanData }) => {
          spanData.model = `${provider}:wise-1:free`;
          spanData.model_config = { provider, model_impl: 'ai-sdk' };
        });
      }
    });
    const spans = app.take().slice(1);
    expect(spans.map(({ name }) => name)).toEqual(asked.map(() => 'chat wise-1:free'));
    expect(spans.map(({ attributes }) => attributes['gen_ai.provider.name'])).toEqual(asked.map(([, name]) => name));
    expect(spans[0]?.attributes['gen_ai.request.model']).toBe('wise-1:free');
  });

  it.each([true, false])(
    'that are streamed have what the SDK read, and end when the stream did (responses: %s)',
    async (useResponses) => {
      // A slow trace processor before ours: we hear of the end of the call long after the stream has ended.
      app.agents.setTraceProcessors([slowProcessor]);
      const runner = new Runner({ modelProvider: new app.agents.OpenAIProvider({ openAIClient, useResponses }) });
      const result = await runner.run(new Agent({ name: 'A', model: script('m', {}) }), 'x', { stream: true });
      await result.completed;
      const completed = Date.now();
      await app.settled();
      app.agents.setTraceProcessors([]);
      const spans = app.take();
      const { attributes, endTime } = named(spans, 'chat');
      expect(attributes).toMatchObject({
        'gen_ai.usage.input_tokens': 11,
        'gen_ai.usage.output_tokens': 7,
        'gen_ai.response.id': expect.stringMatching(/^(resp|chat)_/),
        'llm.stream.end_reason': 'completed',
      });
      // Clocks differ by a millisecond or two.
      expect(endTime[0] * 1000 + endTime[1] / 1e6).toBeLessThan(completed + 5);
      expect(spans.filter((span) => 'gen_ai.usage.input_tokens' in span.attributes)).toHaveLength(1);
    },
  );
});

/** A socket to a server that answers each frame with a whole response. */
class ScriptedSocket extends EventTarget {
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readyState = this.OPEN;

  send(frame: string) {
    const { model } = JSON.parse(frame);
    const output = [
      { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'hi' }] },
    ];
    const response = {
      id: 'resp_1',
      status: 'completed',
      model: `${model}-2026`,
      output,
      usage: { input_tokens: 3, output_tokens: 4 },
    };
    const data = JSON.stringify({ type: 'response.completed', response });
    queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data })));
  }

  close() {
    this.readyState = this.CLOSED;
    this.dispatchEvent(new Event('close'));
  }
}

describe('the WebSocket transport', () => {
  it.each([false, true])('names model, provider and server (streamed: %s)', async (stream) => {
    const before = globalThis.WebSocket;
    globalThis.WebSocket = ScriptedSocket as never;
    const model = new app.agents.OpenAIResponsesWSModel(openAIClient, 'gpt-ws');
    expect(await run(new Agent({ name: 'A', model }), 'x', { useResponses: true, stream })).toBe('hi');
    globalThis.WebSocket = before;
    await model.close();
    expect(named(app.take(), 'chat')).toMatchObject({
      name: 'chat gpt-ws',
      attributes: {
        'gen_ai.request.model': 'gpt-ws',
        'gen_ai.response.model': 'gpt-ws-2026',
        'gen_ai.provider.name': 'openai',
        'server.address': 'api.openai.com',
        'server.port': 443,
        'gen_ai.usage.input_tokens': 3,
      },
    });
  });
});

describe('metrics', () => {
  it('measure workflows, agents and tools, each once', async () => {
    const agent = new Agent({
      name: 'Measured',
      model: script('m', { calls: [{ name: 'measure', arguments: {} }] }),
      tools: [toolOf('measure', () => 'ok')],
    });
    await withTrace('Measuring', () => runWithin(agent, 'x', { useResponses: true, stream: false }));
    await app.settled();
    app.take();
    const points = (await app.metrics()).flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({ name: descriptor.name, attributes, value })),
    );
    const measured = points.filter(({ attributes }) => /Measur/.test(JSON.stringify(attributes)));
    expect(measured).toMatchObject([
      {
        name: 'gen_ai.execute_tool.duration',
        attributes: { 'gen_ai.tool.name': 'measure', 'gen_ai.tool.type': 'function', 'gen_ai.agent.name': 'Measured' },
        value: { count: 1 },
      },
      { name: 'gen_ai.invoke_agent.duration', attributes: { 'gen_ai.agent.name': 'Measured' }, value: { count: 1 } },
      {
        name: 'gen_ai.invoke_workflow.duration',
        attributes: { 'gen_ai.workflow.name': 'Measuring' },
        value: { count: 1 },
      },
    ]);
  });
});
