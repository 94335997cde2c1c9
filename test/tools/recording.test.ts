import { setTimeout as wait } from 'node:timers/promises';
import { context, createContextKey, trace } from '@opentelemetry/api';
import OpenAI from 'openai';
import {
  OpenAIInstrumentation,
  type OpenAIInstrumentationConfig,
  withAttributes,
} from 'opentelemetry-instrumentation-openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { collectGarbage } from '../support/garbage.js';
import { instrumentations } from '../support/instrumentations.js';
import { logs } from '../support/otel.mjs';
import { recordSpans } from './record-spans.mjs';

const spans = recordSpans();
const logged = new logs.InMemoryLogRecordExporter();
const instrumentation = new OpenAIInstrumentation();
instrumentations.add(instrumentation);
instrumentation.manuallyInstrument(OpenAI);
instrumentation.setLoggerProvider(
  new logs.LoggerProvider({ processors: [new logs.SimpleLogRecordProcessor({ exporter: logged })] }),
);

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
let openai: OpenAI;
beforeAll(async () => {
  api = await startFakeOpenAI();
  openai = new OpenAI({ apiKey: 'sk-pretend', baseURL: api.url });
});
afterAll(() => api.close());

beforeEach(() => instrumentation.enable());
afterEach(() => {
  instrumentation.setConfig({});
  logged.reset();
  spans.take();
});

type Tool = (json: string) => unknown;

function ask(tool: Tool, config: OpenAIInstrumentationConfig = {}) {
  instrumentation.setConfig(config);
  return openai.chat.completions
    .runTools({
      model: 'gpt-4.1-mini',
      messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'The weather',
            parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
            function: (json: string) => Promise.resolve(tool(json)),
          },
        },
      ],
    })
    .finalContent();
}

function toolSpans() {
  return spans.take().filter(({ name }) => name.startsWith('execute_tool'));
}

const PLAIN = {
  'gen_ai.operation.name': 'execute_tool',
  'gen_ai.tool.name': 'get_weather',
  'gen_ai.tool.call.id': expect.stringMatching(/^call_/),
  'gen_ai.tool.type': 'function',
};
const CONTENT = {
  'gen_ai.tool.description': 'The weather',
  'gen_ai.tool.call.arguments': '{"city":"Paris"}',
  'gen_ai.tool.call.result': '{"sky":"blue","degrees":21}',
};
const forecast = () => ({ sky: 'blue', degrees: 21 });

describe('the span of a tool', () => {
  it('says which tool, and nothing of what it was given and gave', async () => {
    await ask(forecast);
    expect(toolSpans()).toMatchObject([
      { name: 'execute_tool get_weather', kind: 'INTERNAL', attributes: PLAIN, events: [], ended: true },
    ]);
    expect(logged.getFinishedLogRecords()).toEqual([]);
  });

  it('carries the attributes of its context', async () => {
    await withAttributes({ 'gen_ai.conversation.id': 'chat-7' }, () => ask(forecast));
    expect(toolSpans()[0]?.attributes).toEqual({ ...PLAIN, 'gen_ai.conversation.id': 'chat-7' });
  });

  it('carries arguments and result on demand', async () => {
    await ask(forecast, { captureMessageContent: 'span' });
    expect(toolSpans()[0]?.attributes).toEqual({ ...PLAIN, ...CONTENT });
  });

  it('leaves them to a log event on demand', async () => {
    await ask(forecast, { captureMessageContent: 'event' });
    expect(toolSpans()[0]?.attributes).toEqual(PLAIN);
    const events = logged.getFinishedLogRecords().filter((record) => record.attributes['gen_ai.tool.name']);
    expect(events).toMatchObject([
      {
        eventName: 'gen_ai.client.inference.operation.details',
        attributes: {
          'gen_ai.tool.description': 'The weather',
          'gen_ai.tool.call.arguments': { city: 'Paris' },
          'gen_ai.tool.call.result': { sky: 'blue', degrees: 21 },
        },
      },
    ]);
  });

  it('shows content to the hook, cut to size after that', async () => {
    await ask(forecast, {
      captureMessageContent: 'span',
      maxContentLength: 4,
      contentHook: (content, { operation }) =>
        operation === 'execute_tool' ? { ...content, toolCallResult: 'secrets' } : content,
    });
    expect(toolSpans()[0]?.attributes).toMatchObject({
      'gen_ai.tool.call.arguments': '"{\\"ci…[truncated]"',
      'gen_ai.tool.call.result': '"secr…[truncated]"',
    });
  });

  it('carries no content that the hook drops', async () => {
    await ask(forecast, { captureMessageContent: 'span', contentHook: () => undefined });
    expect(toolSpans()[0]?.attributes).toEqual(PLAIN);
  });

  it('has the arguments as they came, whatever the tool does to them', async () => {
    instrumentation.setConfig({ captureMessageContent: 'span' });
    await openai.chat.completions
      .runTools({
        model: 'gpt-4.1-mini',
        messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
        tools: [
          {
            type: 'function',
            function: {
              name: 'get_weather',
              description: 'The weather',
              parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
              parse: (json: string) => JSON.parse(json) as { city: string },
              function(given: { city: string }) {
                given.city = 'Rome';
                return given.city;
              },
            },
          },
        ],
      })
      .finalContent();
    expect(toolSpans()[0]?.attributes).toMatchObject({
      'gen_ai.tool.description': 'The weather',
      'gen_ai.tool.call.arguments': '{"city":"Paris"}',
      'gen_ai.tool.call.result': '"Rome"',
    });
  });

  it('records the error, and what the tool was given', async () => {
    const failing = () => {
      throw new RangeError('no such city');
    };
    await expect(ask(failing, { captureMessageContent: 'span' })).rejects.toThrow('no such city');
    expect(toolSpans()).toMatchObject([
      {
        error: 'no such city',
        events: ['exception'],
        attributes: { 'error.type': 'RangeError', 'gen_ai.tool.call.arguments': '{"city":"Paris"}' },
      },
    ]);
  });
});

describe('two calls of one tool', () => {
  it('with equal arguments: each span has the id of its own call', async () => {
    const call = (id: string) => ({
      id,
      type: 'function' as const,
      function: { name: 'get_weather', arguments: '{"city":"Paris"}' },
    });
    const answers = [
      { role: 'assistant', content: null, tool_calls: [call('call_a'), call('call_b')] },
      { role: 'assistant', content: 'Done.' },
    ];
    const fetch = async () =>
      Response.json({ choices: [{ index: 0, message: answers.shift(), finish_reason: 'stop' }] });
    const talking = new OpenAI({ apiKey: 'sk-pretend', fetch });
    await talking.chat.completions
      .runTools({
        model: 'gpt-4.1-mini',
        messages: [{ role: 'user', content: 'Weather?' }],
        tools: [
          {
            type: 'function',
            function: { name: 'get_weather', description: '', parameters: {}, function: async () => 'sunny' },
          },
        ],
      })
      .finalContent();
    expect(toolSpans().map(({ attributes }) => attributes['gen_ai.tool.call.id'])).toEqual(['call_a', 'call_b']);
  });
});

describe('no span of a tool', () => {
  it('while the instrumentation is disabled', async () => {
    instrumentation.disable();
    expect(await ask(forecast)).toContain('blue');
    expect(spans.take()).toEqual([]);
  });

  it('where a parent is required and there is none', async () => {
    expect(await ask(forecast, { requireParentSpan: true })).toContain('blue');
    expect(spans.take()).toEqual([]);
  });

  it('where tracing is suppressed', async () => {
    const suppressed = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    await context.with(context.active().setValue(suppressed, true), () => ask(forecast));
    expect(spans.take()).toEqual([]);
  });
});

describe('a tool that is still running', () => {
  it('has its span ended by disable(), and goes on', async () => {
    const answer = await ask(() => {
      instrumentation.disable();
      return `recording: ${trace.getActiveSpan()?.isRecording()}`;
    });
    expect(answer).toContain('recording: false');
    expect(toolSpans()).toMatchObject([{ ended: true, attributes: { ...PLAIN, 'llm.abandoned': true } }]);
  });

  it('has its span ended when nothing can settle it any more', async () => {
    const started = new Promise<void>((resolve) => {
      void ask(() => {
        resolve();
        return new Promise(() => {});
      });
    });
    await started;
    for (
      let tries = 0;
      tries < 50 && !spans.peek().some(({ name, ended }) => ended && name.startsWith('execute_tool'));
      tries++
    ) {
      collectGarbage();
      await wait(10);
    }
    expect(toolSpans()).toMatchObject([{ ended: true, attributes: { ...PLAIN, 'llm.abandoned': true } }]);
  });
});
