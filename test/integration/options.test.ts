import { context, type Span, trace } from '@opentelemetry/api';
import OpenAI from 'openai';
import { type OpenAIInstrumentationConfig, withAttributes } from 'opentelemetry-instrumentation-openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { eventsOf, Telemetry } from '../support/telemetry.js';

const hello = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Say hello to Ada' }] };
const SAID = 'You said: Say hello to Ada';

const telemetry = new Telemetry();
telemetry.instrumentation.manuallyInstrument(OpenAI);
let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
let openai: OpenAI;

beforeAll(async () => {
  api = await startFakeOpenAI();
  openai = new OpenAI({ apiKey: 'sk-test', baseURL: api.url, maxRetries: 0 });
});
beforeEach(() => telemetry.reset());
afterAll(() => api.close());

const ask = async () => (await openai.chat.completions.create(hello)).choices[0]?.message.content;

async function askStreaming() {
  let said = '';
  for await (const chunk of await openai.chat.completions.create({ ...hello, stream: true })) {
    said += chunk.choices[0]?.delta.content ?? '';
  }
  return said;
}

describe('hooks', () => {
  it('see the span, the parameters and the body, as they are', async () => {
    const seen: unknown[] = [];
    await telemetry.reset({
      requestHook(span: Span, { operation, params }) {
        seen.push(['request', operation, params === hello, 'name' in span && span.name]);
        span.setAttribute('asked', true);
      },
      responseHook(span, { operation, response }) {
        seen.push(['response', operation, response]);
        span.setAttribute('answered', true);
      },
    });

    const body = await openai.chat.completions.create(hello);

    expect(seen).toEqual([
      ['request', 'chat', true, 'chat gpt-4o-mini'],
      ['response', 'chat', body],
    ]);
    expect(seen[1]).toHaveProperty('2', body);
    expect(telemetry.span().attributes).toMatchObject({ asked: true, answered: true });
  });

  it('see a stream put together, only if it is inspected', async () => {
    for (const inspectStreams of [false, true]) {
      const seen: unknown[] = [];
      await telemetry.reset({ inspectStreams, responseHook: (_, { response }) => seen.push(response) });
      await askStreaming();
      expect(seen).toHaveLength(inspectStreams ? 1 : 0);
    }
  });

  const broken: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('broken hook');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken hook'))],
  ];
  const names = ['requestHook', 'responseHook', 'ignoreRequestHook', 'providerName'] as const;
  const cases = names.flatMap((name) => broken.map(([how, hook]) => ({ name, how, hook })));

  it.each(cases)('$name that $how is reported once and changes nothing else', async ({ name, hook }) => {
    await telemetry.reset();
    await ask();
    const usual = telemetry.span();
    await telemetry.reset({ [name]: hook });
    // A client that was not seen yet: its provider is asked for.
    openai = new OpenAI({ apiKey: 'sk-test', baseURL: api.url, maxRetries: 0 });

    await expect(ask()).resolves.toBe(SAID);
    await new Promise(setImmediate);

    const span = telemetry.span();
    expect(Object.keys(span.attributes)).toEqual(Object.keys(usual.attributes));
    expect(span.attributes['gen_ai.provider.name']).toBe('openai');
    expect(span.events.map((event) => event.name)).toEqual(['llm.choice']);
    expect(telemetry.said('error')).toEqual([expect.stringContaining('broken hook')]);
  });

  it.each(names)('%s that never settles holds nothing up', async (name) => {
    await telemetry.reset({ [name]: () => new Promise(() => {}) });
    await expect(ask()).resolves.toBe(SAID);
    expect(telemetry.spans()).toHaveLength(1);
    expect(telemetry.said('error')).toEqual([]);
  });
});

describe('which calls are traced', () => {
  it('not those that ignoreRequestHook ignores', async () => {
    const asked: unknown[] = [];
    await telemetry.reset({
      ignoreRequestHook: ({ operation, params }) => {
        asked.push(operation);
        return (params as typeof hello).model === 'gpt-4o-mini';
      },
    });
    await ask();
    expect(telemetry.spans()).toEqual([]);
    expect(await telemetry.metrics()).toEqual([]);
    await openai.chat.completions.create({ ...hello, model: 'gpt-4o' });
    expect(telemetry.span().name).toBe('chat gpt-4o');
    expect(asked).toEqual(['chat', 'chat']);
  });

  it('only inside another span with requireParentSpan', async () => {
    await telemetry.reset({ requireParentSpan: true });
    await ask();
    expect(telemetry.spans()).toEqual([]);

    const parent = trace.getTracer('test').startSpan('parent');
    await context.with(trace.setSpan(context.active(), parent), ask);
    parent.end();
    const spans = telemetry.spans();
    expect(spans.map(({ name }) => name)).toEqual(['chat gpt-4o-mini', 'parent']);
    expect(spans[0]?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
  });
});

describe('providerName', () => {
  it('is the name, or tells it from the base URL', async () => {
    const seen: unknown[] = [];
    const options: [OpenAIInstrumentationConfig['providerName'], string][] = [
      ['acme', 'acme'],
      [
        (baseURL) => {
          seen.push(baseURL);
          return 'acme';
        },
        'acme',
      ],
      [() => undefined, 'openai'],
      [() => '', 'openai'],
    ];
    for (const [providerName, expected] of options) {
      await telemetry.reset(providerName === undefined ? {} : { providerName });
      await ask();
      await ask();
      for (const span of telemetry.spans()) expect(span.attributes['gen_ai.provider.name']).toBe(expected);
    }
    expect(seen).toEqual([{ href: api.url, address: '127.0.0.1', port: Number(new URL(api.url).port) }]);
  });
});

describe('choiceEvents', () => {
  it('are one a choice, or none', async () => {
    await openai.chat.completions.create({ ...hello, n: 3 });
    expect(eventsOf(telemetry.span(), 'llm.choice').map((choice) => choice['llm.choice.index'])).toEqual([0, 1, 2]);

    await telemetry.reset({ choiceEvents: false, captureMessageContent: true });
    await openai.chat.completions.create({ ...hello, n: 3 });
    const span = telemetry.span();
    expect(span.events).toEqual([]);
    expect(span.attributes['gen_ai.response.finish_reasons']).toEqual(['stop', 'stop', 'stop']);
    expect(span.attributes['gen_ai.output.messages']).toContain('(Take 3.)');
  });
});

describe('wrong options', () => {
  const wrong: [string, unknown][] = [
    ['captureMessageContent', 'spans'],
    ['captureMessageContent', 1],
    ['contentHook', 'redact'],
    ['maxContentLength', -1],
    ['maxContentLength', 1.5],
    ['maxContentLength', Number.NaN],
    ['maxContentLength', '100'],
    ['captureMedia', 'yes'],
    ['inspectStreams', 1],
    ['choiceEvents', 'false'],
    ['chunkMetrics', 1],
    ['metricNames', 'both'],
    ['providerName', 7],
    ['providerName', ''],
    ['requestHook', {}],
    ['responseHook', true],
    ['ignoreRequestHook', null],
    ['requireParentSpan', 'no'],
    ['captureContent', true],
  ];

  it.each(wrong)('%s: %j is warned of once, by name, and does nothing', async (name, value) => {
    await ask();
    const usual = telemetry.span();

    await telemetry.reset({ [name]: value });
    await expect(ask()).resolves.toBe(SAID);
    await ask();

    const [span] = telemetry.spans();
    expect(telemetry.said('warn')).toEqual([expect.stringContaining(name)]);
    expect(Object.keys(span?.attributes ?? {})).toEqual(Object.keys(usual.attributes));
    expect(span?.events).toHaveLength(1);
    expect(telemetry.said('error')).toEqual([]);
  });

  it('captures nothing if captureMessageContent is misspelt, even if the environment captures', async () => {
    process.env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT = 'SPAN_ONLY';
    await telemetry.reset({ captureMessageContent: 'None' as 'none' });
    await ask();
    delete process.env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT;
    expect(telemetry.span().attributes).not.toHaveProperty(['gen_ai.input.messages']);
  });
});

it('options can be changed while a call is under way: content that is no longer wanted is not recorded', async () => {
  await telemetry.reset({ captureMessageContent: 'span_and_event' });
  const promise = ask();
  telemetry.instrumentation.setConfig({});
  await promise;

  const span = telemetry.span();
  expect(JSON.stringify([span.attributes, span.events])).not.toContain('Ada');
  expect(telemetry.logs()).toEqual([]);
});

describe('withAttributes', () => {
  it('puts attributes on the spans inside, the inner ones winning, however late they start', async () => {
    await withAttributes({ 'gen_ai.conversation.id': 'outer', team: 'blue' }, async () => {
      await ask();
      await withAttributes({ 'gen_ai.conversation.id': 'inner' }, async () => {
        await new Promise(setImmediate);
        await ask();
      });
    });
    await ask();

    const found = telemetry.spans().map(({ attributes }) => [attributes['gen_ai.conversation.id'], attributes.team]);
    expect(found).toEqual([
      ['outer', 'blue'],
      ['inner', 'blue'],
      [undefined, undefined],
    ]);
  });

  it('never overrides what a call says itself', async () => {
    await withAttributes({ 'gen_ai.request.model': 'other', 'gen_ai.operation.name': 'other' }, ask);
    expect(telemetry.span().attributes).toMatchObject({
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.operation.name': 'chat',
    });
  });

  it('returns what the function returns, and throws what it throws', () => {
    expect(withAttributes({}, () => 7)).toBe(7);
    expect(() =>
      withAttributes({}, () => {
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
  });
});
