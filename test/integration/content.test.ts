import OpenAI from 'openai';
import type { Content } from 'opentelemetry-instrumentation-openai';
import { LoggerProvider } from 'sdk-logs-0.203';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { eventsOf, json, Telemetry } from '../support/telemetry.js';

type Params = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

const VARIABLE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
const EVENT = 'gen_ai.client.inference.operation.details';
const CONTENT_ATTRIBUTES = ['gen_ai.input.messages', 'gen_ai.output.messages', 'gen_ai.system_instructions'];

const hello: Params = {
  model: 'gpt-4o-mini',
  messages: [
    { role: 'system', content: 'Be brief' },
    { role: 'user', content: 'Say hello to Ada' },
  ],
};
const inputMessages = [
  { role: 'system', parts: [{ type: 'text', content: 'Be brief' }] },
  { role: 'user', parts: [{ type: 'text', content: 'Say hello to Ada' }] },
];
const outputMessages = [
  { role: 'assistant', parts: [{ type: 'text', content: 'You said: Say hello to Ada' }], finish_reason: 'stop' },
];

const weather: OpenAI.Chat.ChatCompletionFunctionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'How it is outside',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

const telemetry = new Telemetry();
telemetry.instrumentation.manuallyInstrument(OpenAI);
let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
let openai: OpenAI;

beforeAll(async () => {
  api = await startFakeOpenAI();
  openai = new OpenAI({ apiKey: 'sk-test', baseURL: api.url, maxRetries: 0 });
});
beforeEach(async () => {
  delete process.env[VARIABLE];
  api.reset();
  await telemetry.reset();
});
afterAll(() => api.close());

const ask = (params: Partial<Params> = {}) => openai.chat.completions.create({ ...hello, ...params });

async function askStreaming(params: Partial<Params> = {}, scenario?: string) {
  const baseURL = scenario ? api.scenario(scenario) : api.url;
  const stream = await openai.withOptions({ baseURL }).chat.completions.create({ ...hello, ...params, stream: true });
  for await (const _ of stream);
}

describe('capture modes', () => {
  const modes = [
    { option: undefined, variable: undefined, span: false, event: false },
    { option: 'none', variable: undefined, span: false, event: false },
    { option: false, variable: undefined, span: false, event: false },
    { option: 'span', variable: undefined, span: true, event: false },
    { option: true, variable: undefined, span: true, event: false },
    { option: 'event', variable: undefined, span: false, event: true },
    { option: 'span_and_event', variable: undefined, span: true, event: true },
    { option: undefined, variable: '', span: false, event: false },
    { option: undefined, variable: 'NO_CONTENT', span: false, event: false },
    { option: undefined, variable: 'false', span: false, event: false },
    { option: undefined, variable: 'SPAN_ONLY', span: true, event: false },
    { option: undefined, variable: ' span_only ', span: true, event: false },
    { option: undefined, variable: 'True', span: true, event: false },
    { option: undefined, variable: 'EVENT_ONLY', span: false, event: true },
    { option: undefined, variable: 'SPAN_AND_EVENT', span: true, event: true },
    { option: undefined, variable: 'everything', span: false, event: false },
    { option: 'none', variable: 'SPAN_AND_EVENT', span: false, event: false },
    { option: 'event', variable: 'SPAN_ONLY', span: false, event: true },
  ] as const;

  it.each(modes)('option $option, variable $variable: span $span, event $event', async (mode) => {
    if (mode.variable !== undefined) process.env[VARIABLE] = mode.variable;
    await telemetry.reset(mode.option === undefined ? {} : { captureMessageContent: mode.option });

    await ask();

    const span = telemetry.span();
    const [choice] = eventsOf(span, 'llm.choice');
    const records = telemetry.logs();
    if (mode.span) {
      expect(json(span, 'gen_ai.input.messages')).toEqual(inputMessages);
      expect(json(span, 'gen_ai.output.messages')).toEqual(outputMessages);
      expect(choice?.['llm.choice.content']).toBe('You said: Say hello to Ada');
    } else {
      expect(Object.keys(span.attributes).filter((name) => CONTENT_ATTRIBUTES.includes(name))).toEqual([]);
      expect(choice).toEqual({
        'llm.choice.index': 0,
        'llm.choice.finish_reason': 'stop',
        'llm.choice.role': 'assistant',
      });
    }
    expect(records).toHaveLength(mode.event ? 1 : 0);
    if (mode.event) {
      expect(records[0]?.attributes).toMatchObject({
        'gen_ai.input.messages': inputMessages,
        'gen_ai.output.messages': outputMessages,
      });
    }
    expect(telemetry.said('warn')).toHaveLength(mode.variable === 'everything' ? 1 : 0);
  });
});

describe('the log event', () => {
  it('is structured, says what the span says, and belongs to it', async () => {
    await telemetry.reset({ captureMessageContent: 'event' });

    await ask({ temperature: 0.5 });

    const span = telemetry.span();
    const [record] = telemetry.logs();
    expect(record?.eventName).toBe(EVENT);
    expect(record?.severityNumber).toBe(5);
    expect(record?.spanContext).toEqual(span.spanContext());
    expect(record?.instrumentationScope.name).toBe('opentelemetry-instrumentation-openai');
    expect(record?.attributes).toEqual({
      ...span.attributes,
      'gen_ai.input.messages': inputMessages,
      'gen_ai.output.messages': outputMessages,
    });
    expect(record?.attributes['gen_ai.usage.input_tokens']).toBe(6);
  });

  it('holds JSON text where the SDK drops lists of objects: sdk-logs before 0.211, here behind a proxy or not', async () => {
    const attributes: Record<string, unknown>[] = [];
    const onEmit = (record: { attributes: Record<string, unknown> }) => void attributes.push(record.attributes);
    const processor = { onEmit, forceFlush: async () => {}, shutdown: async () => {} };
    const old = new LoggerProvider({ processors: [processor] });
    // As ProxyLogger of api-logs, which has `enabled()` even if the logger behind it has not.
    const proxy = {
      getLogger(name: string) {
        const logger = old.getLogger(name);
        return {
          emit: (record: object) => logger.emit(record),
          enabled: () => Reflect.apply(Reflect.get(logger, 'enabled'), logger, []),
        };
      },
    };
    try {
      for (const provider of [old, proxy]) {
        await telemetry.reset({ captureMessageContent: 'event' });
        telemetry.instrumentation.setLoggerProvider(provider as never);
        await ask({ temperature: 0.5 });
        expect(attributes.pop()).toEqual({
          ...telemetry.span().attributes,
          'gen_ai.input.messages': JSON.stringify(inputMessages),
          'gen_ai.output.messages': JSON.stringify(outputMessages),
        });
        expect(telemetry.said('warn')).toEqual([]);
      }
      expect(attributes).toEqual([]);
    } finally {
      telemetry.useOwnLogger();
    }
  });

  it('comes with what was asked when the call fails', async () => {
    await telemetry.reset({ captureMessageContent: 'event' });

    await expect(
      openai.withOptions({ baseURL: api.scenario('status-400') }).chat.completions.create(hello),
    ).rejects.toThrow();

    const [record] = telemetry.logs();
    expect(record?.attributes).toMatchObject({
      'gen_ai.input.messages': inputMessages,
      'error.type': 'BadRequestError',
    });
    expect(record?.attributes).not.toHaveProperty('gen_ai.output.messages');
    expect(telemetry.span().status.message).toBe(record && '400 The request has a value that is not allowed.');
  });

  it('comes once a stream is over, with its content only if it is inspected', async () => {
    for (const inspectStreams of [false, true]) {
      await telemetry.reset({ captureMessageContent: 'event', inspectStreams });
      await askStreaming();
      const [record, ...more] = telemetry.logs();
      expect(more).toEqual([]);
      expect(record?.attributes['gen_ai.input.messages']).toEqual(inputMessages);
      expect(record?.attributes['gen_ai.output.messages']).toEqual(inspectStreams ? outputMessages : undefined);
    }
  });
});

describe('content', () => {
  it('holds tools in full, their arguments parsed, and results', async () => {
    await telemetry.reset({ captureMessageContent: true });
    const asked = { role: 'user' as const, content: 'What is the weather in Paris?' };

    const { choices } = await ask({ messages: [asked], tools: [weather] });
    const call = choices[0]?.message.tool_calls?.[0];
    if (!choices[0] || !call) throw new Error('no tool was called');
    const answer = { role: 'tool' as const, tool_call_id: call.id, content: 'Sunny' };
    const [first] = telemetry.spans();
    await ask({ messages: [asked, choices[0].message, answer], tools: [weather] });
    const second = telemetry.span();

    const part = { type: 'tool_call', id: call.id, name: 'get_weather', arguments: { city: 'Paris' } };
    if (!first) throw new Error('no span');
    expect(json(first, 'gen_ai.tool.definitions')).toEqual([
      {
        type: 'function',
        name: 'get_weather',
        description: 'How it is outside',
        parameters: weather.function.parameters,
      },
    ]);
    expect(json(first, 'gen_ai.output.messages')).toEqual([
      { role: 'assistant', parts: [part], finish_reason: 'tool_calls' },
    ]);
    const [choice] = eventsOf(first, 'llm.choice');
    expect(JSON.parse(String(choice?.['llm.choice.tool_calls']))).toEqual([
      { id: call.id, type: 'function', name: 'get_weather', arguments: { city: 'Paris' } },
    ]);
    expect(json(second, 'gen_ai.input.messages')).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'What is the weather in Paris?' }] },
      { role: 'assistant', parts: [part] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: call.id, response: 'Sunny' }] },
    ]);
  });

  it('names tools and calls without capture, no more', async () => {
    await ask({ messages: [{ role: 'user', content: 'What is the weather in Paris?' }], tools: [weather] });

    const span = telemetry.span();
    expect(json(span, 'gen_ai.tool.definitions')).toEqual([{ type: 'function', name: 'get_weather' }]);
    const [choice] = eventsOf(span, 'llm.choice');
    expect(JSON.parse(String(choice?.['llm.choice.tool_calls']))).toEqual([
      { id: expect.any(String), type: 'function', name: 'get_weather' },
    ]);
  });

  it('is what was said when the method was called', async () => {
    await telemetry.reset({ captureMessageContent: true });
    const messages: Params['messages'] = [{ role: 'user', content: 'First' }];

    const promise = ask({ messages });
    messages.push({ role: 'user', content: 'Later' });
    await promise;

    expect(json(telemetry.span(), 'gen_ai.input.messages')).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'First' }] },
    ]);
  });

  it('is nothing but a refusal where the model refuses', async () => {
    await telemetry.reset({ captureMessageContent: true });
    await openai.withOptions({ baseURL: api.scenario('refusal') }).chat.completions.create(hello);

    const span = telemetry.span();
    const [choice] = eventsOf(span, 'llm.choice');
    expect(choice).toMatchObject({
      'llm.choice.refused': true,
      'llm.choice.refusal': 'You said: Say hello to Ada',
    });
    expect(choice).not.toHaveProperty('llm.choice.content');
  });

  it('comes with a stream that was left, as far as it was read', async () => {
    await telemetry.reset({ captureMessageContent: true, inspectStreams: true });
    const stream = await openai.chat.completions.create({ ...hello, stream: true });
    let seen = 0;
    for await (const _ of stream) if (++seen === 3) break;

    const span = telemetry.span();
    expect(json(span, 'gen_ai.output.messages')).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'You said: ' }], finish_reason: 'error' },
    ]);
    expect(span.attributes['gen_ai.response.finish_reasons']).toEqual(['error']);
    expect(span.attributes['llm.stream.end_reason']).toBe('cancelled');
  });

  it('comes with a stream that broke, as far as it came', async () => {
    await telemetry.reset({ captureMessageContent: true, inspectStreams: true });
    await expect(askStreaming({}, 'drop-after-3')).rejects.toThrow();

    const span = telemetry.span();
    expect(json(span, 'gen_ai.output.messages')).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'You said: ' }], finish_reason: 'error' },
    ]);
    expect(span.attributes).toMatchObject({ 'llm.stream.end_reason': 'failed', 'error.type': expect.any(String) });
  });
});

describe('maxContentLength', () => {
  it.each([0, 1, 9, 26, 27])('%i: the same with and without streaming', async (maxContentLength) => {
    await telemetry.reset({ captureMessageContent: true, inspectStreams: true, maxContentLength });
    await ask();
    const span = telemetry.span();
    await askStreaming();
    const streamed = telemetry.span();

    const said = 'You said: Say hello to Ada';
    const content = said.length > maxContentLength ? `${said.slice(0, maxContentLength)}…[truncated]` : said;
    expect(json(span, 'gen_ai.output.messages')).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content }], finish_reason: 'stop' },
    ]);
    expect(streamed.attributes['gen_ai.output.messages']).toBe(span.attributes['gen_ai.output.messages']);
    expect(eventsOf(streamed, 'llm.choice')).toEqual(eventsOf(span, 'llm.choice'));
  });

  it('leaves arguments as text where they are too long to be parsed', async () => {
    await telemetry.reset({ captureMessageContent: true, maxContentLength: 8 });
    await ask({ messages: [{ role: 'user', content: 'What is the weather in Paris?' }], tools: [weather] });

    const [message] = json(telemetry.span(), 'gen_ai.output.messages') as Content['outputMessages'] & object;
    expect(message?.parts[0]).toMatchObject({ name: 'get_weather', arguments: '{"city":…[truncated]' });
  });
});

describe('captureMedia', () => {
  const picture = `data:image/png;base64,${Buffer.from('not really a picture').toString('base64')}`;
  const messages: Params['messages'] = [
    {
      role: 'user',
      content: [
        { type: 'text', text: `See ${picture} and` },
        { type: 'image_url', image_url: { url: picture } },
        { type: 'image_url', image_url: { url: 'https://pictures.example/1.png' } },
        { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
        { type: 'file', file: { file_id: 'file-1' } },
      ],
    },
  ];
  const uri = { type: 'uri', modality: 'image', uri: 'https://pictures.example/1.png' };
  const file = { type: 'file', modality: 'document', file_id: 'file-1' };

  it('keeps media in the process by default', async () => {
    await telemetry.reset({ captureMessageContent: true });
    await ask({ messages });

    const [message] = json(telemetry.span(), 'gen_ai.input.messages') as Content['inputMessages'] & object;
    expect(message?.parts).toEqual([
      { type: 'text', content: 'See data:image/png,[left out] and' },
      { type: 'blob', modality: 'image', mime_type: 'image/png', byte_length: 20 },
      uri,
      { type: 'blob', modality: 'audio', mime_type: 'audio/wav', byte_length: 4 },
      file,
    ]);
  });

  it('records media, whole, when asked to', async () => {
    await telemetry.reset({ captureMessageContent: true, captureMedia: true, maxContentLength: 3 });
    await ask({ messages });

    const [message] = json(telemetry.span(), 'gen_ai.input.messages') as Content['inputMessages'] & object;
    expect(message?.parts[1]).toMatchObject({
      mime_type: 'image/png',
      content: picture.split(',')[1],
      byte_length: 20,
    });
    expect(message?.parts[3]).toMatchObject({ mime_type: 'audio/wav', content: 'UklGRg==' });
  });
});

describe('contentHook', () => {
  it('sees the content once and records what it returns', async () => {
    const seen: unknown[] = [];
    await telemetry.reset({
      captureMessageContent: 'span_and_event',
      contentHook: (content, info) => {
        seen.push(structuredClone(content), info.operation);
        for (const message of [...(content.inputMessages ?? []), ...(content.outputMessages ?? [])]) {
          for (const part of message.parts) if (part.type === 'text') part.content = part.content.replace('Ada', '***');
        }
        info.span.setAttribute('redacted', true);
        return content;
      },
    });

    await ask();

    const span = telemetry.span();
    expect(seen).toEqual([{ inputMessages, outputMessages }, 'chat']);
    expect(span.attributes.redacted).toBe(true);
    expect(JSON.stringify([span.attributes, span.events, telemetry.logs()[0]?.attributes])).not.toContain('Ada');
    expect(span.attributes['gen_ai.output.messages']).toContain('Say hello to ***');
  });

  it('drops everything by returning undefined', async () => {
    await telemetry.reset({ captureMessageContent: 'span_and_event', contentHook: () => undefined });
    await ask();

    const span = telemetry.span();
    const [record] = telemetry.logs();
    expect(JSON.stringify([span.attributes, span.events, record?.attributes])).not.toContain('Ada');
    expect(span.attributes['gen_ai.response.id']).toBeDefined();
    expect(eventsOf(span, 'llm.choice')).toHaveLength(1);
    expect(record?.eventName).toBe(EVENT);
    expect(telemetry.said('error')).toEqual([]);
  });

  it('cannot change what is the application’s', async () => {
    await telemetry.reset({
      captureMessageContent: true,
      contentHook(content) {
        const [tool] = content.toolDefinitions ?? [];
        if (tool) (tool.parameters as Record<string, unknown>).type = 'changed';
        return content;
      },
    });
    const tools = [structuredClone(weather)];
    await ask({ tools });

    expect(telemetry.span().attributes['gen_ai.tool.definitions']).toContain('"changed"');
    expect(tools).toEqual([weather]);
    expect(JSON.parse(api.requests[0]?.body ?? '').tools).toEqual([weather]);
  });

  it('never puts what one choice says to another', async () => {
    await telemetry.reset({
      captureMessageContent: true,
      contentHook: (content) => ({ ...content, outputMessages: (content.outputMessages ?? []).slice(1) }),
    });
    await ask({ n: 2 });

    const choices = eventsOf(telemetry.span(), 'llm.choice');
    expect(choices.map((choice) => choice['llm.choice.index'])).toEqual([0, 1]);
    expect(choices.map((choice) => choice['llm.choice.content'])).toEqual([undefined, undefined]);
  });

  const failures: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('hook');
      },
    ],
    ['returns a promise', async () => ({})],
    ['rejects', () => Promise.reject(new Error('hook'))],
    ['returns a promise that never settles', () => new Promise(() => {})],
    ['returns a text', () => 'text'],
    ['returns a list', () => []],
    ['returns null', () => null],
  ];

  it.each(failures)('that %s records no content, loses nothing else, and is reported once', async (_, hook) => {
    const responses: string[] = [];
    await telemetry.reset({
      captureMessageContent: 'span_and_event',
      contentHook: hook as () => Content,
      responseHook: () => void responses.push('seen'),
    });

    const { choices } = await ask();
    await new Promise(setImmediate);

    const span = telemetry.span();
    const [record] = telemetry.logs();
    expect(choices[0]?.message.content).toBe('You said: Say hello to Ada');
    expect(JSON.stringify([span.attributes, span.events, record?.attributes])).not.toContain('Ada');
    expect(eventsOf(span, 'llm.choice')).toHaveLength(1);
    expect(span.attributes['gen_ai.usage.input_tokens']).toBe(6);
    expect(record?.attributes['gen_ai.usage.input_tokens']).toBe(6);
    expect(responses).toEqual(['seen']);
    expect(telemetry.said('error')).toHaveLength(1);
  });
});
