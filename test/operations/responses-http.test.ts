import { SpanStatusCode } from '@opentelemetry/api';
import type { OpenAI } from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { Recorder } from '../support/recorder.js';
import { majors, sdk } from '../support/sdk.js';

/** Never to be told unless content is captured. */
const SECRET = 'secret-words';

const recorder = new Recorder();

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;

beforeAll(async () => {
  api = await startFakeOpenAI();
});
beforeEach(() => api.reset());
afterEach(() => recorder.instrumentation.setConfig({}));
afterAll(() => api.close());

const hello = { model: 'gpt-5', input: `Say ${SECRET}`, instructions: SECRET };
const weather = {
  model: 'gpt-4.1',
  input: 'What is the weather in Paris?',
  tools: [{ type: 'function' as const, name: 'get_weather', description: SECRET, parameters: {}, strict: false }],
};

const asked = { 'gen_ai.operation.name': 'chat', 'openai.api.type': 'responses', 'gen_ai.request.model': 'gpt-5' };
const answered = {
  'gen_ai.response.id': 'resp_fake0001',
  'gen_ai.response.model': 'gpt-5-2025-08-07',
  'gen_ai.response.finish_reasons': ['stop'],
  'openai.response.service_tier': 'default',
  'gen_ai.usage.input_tokens': 5,
  'gen_ai.usage.output_tokens': 69,
  'gen_ai.usage.cache_read.input_tokens': 2,
  'gen_ai.usage.cache_write.input_tokens': 0,
  'gen_ai.usage.reasoning.output_tokens': 64,
};
const fetched = {
  'gen_ai.operation.name': 'fetch_response',
  'openai.api.type': 'responses',
  'gen_ai.response.id': 'resp_1',
};

const failed = { code: SpanStatusCode.ERROR, message: 'The model failed to answer.' };
const errorEvent = { code: SpanStatusCode.ERROR, message: 'The server had an error.' };

/** What every call to the fake API says besides. */
const EVERYWHERE = /^(server\.|http\.|llm\.(request_id|server|rate_limit))|provider|time_to_first_chunk/;

/** The only call since the last one. */
function taken() {
  const { name, status, attributes, events } = recorder.takeOne();
  const own = Object.fromEntries(Object.entries(attributes).filter(([key]) => !EVERYWHERE.test(key)));
  const choices = events.filter((event) => event.name === 'llm.choice').map((event) => event.attributes);
  const exceptions = events.filter((event) => event.name === 'exception').map((event) => event.attributes);
  return { name, status, attributes: own, choices, exceptions };
}

async function count(stream: PromiseLike<AsyncIterable<unknown>>) {
  let items = 0;
  for await (const _ of await stream) items++;
  return items;
}

describe.each(majors)('responses of SDK v%i', (major) => {
  const { OpenAI } = sdk(major);
  beforeAll(() => recorder.instrumentation.manuallyInstrument(OpenAI));

  const client = (scenario?: string) =>
    new OpenAI({ apiKey: 'sk-test', baseURL: scenario ? api.scenario(scenario) : api.url, maxRetries: 0 });
  const inspect = (captureMessageContent: boolean) =>
    recorder.instrumentation.setConfig({ inspectStreams: true, captureMessageContent });

  it.each<[string, (client: OpenAI) => PromiseLike<unknown>]>([
    ['create', (openai) => openai.responses.create(hello)],
    ['create with withResponse()', (openai) => openai.responses.create(hello).withResponse()],
    ['parse', (openai) => openai.responses.parse(hello)],
  ])('%s makes one span of what was asked and answered, and of nothing that was said', async (_, call) => {
    await call(client());
    const { choices, ...span } = taken();
    expect(span).toEqual({
      name: 'chat gpt-5',
      status: { code: SpanStatusCode.UNSET },
      attributes: { ...asked, ...answered },
      exceptions: [],
    });
    expect(choices).toEqual([
      { 'llm.choice.index': 0, 'llm.choice.finish_reason': 'stop', 'llm.choice.role': 'assistant' },
    ]);
    expect(JSON.stringify([span, choices])).not.toContain(SECRET);
  });

  it('create records what was said if that is captured', async () => {
    recorder.instrumentation.setConfig({ captureMessageContent: true });
    await client().responses.create(hello);
    const { attributes } = taken();
    expect(attributes).toMatchObject({
      'gen_ai.system_instructions': JSON.stringify([{ type: 'text', content: SECRET }]),
      'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: `Say ${SECRET}` }] }]),
      'gen_ai.output.messages': JSON.stringify([
        { role: 'assistant', parts: [{ type: 'text', content: `You said: Say ${SECRET}` }], finish_reason: 'stop' },
      ]),
    });
  });

  it('create tells which tools were offered and called, with content how', async () => {
    await client().responses.create(weather);
    const { attributes, choices } = taken();
    expect(attributes).toMatchObject({
      'gen_ai.tool.definitions': JSON.stringify([{ type: 'function', name: 'get_weather' }]),
      'gen_ai.response.finish_reasons': ['tool_calls'],
    });
    const call = { id: 'call_fake0001_00', type: 'function', name: 'get_weather' };
    expect(choices[0]?.['llm.choice.tool_calls']).toBe(JSON.stringify([call]));

    recorder.instrumentation.setConfig({ captureMessageContent: true });
    await client().responses.create(weather);
    const [choice] = taken().choices;
    expect(JSON.parse(String(choice?.['llm.choice.tool_calls']))).toMatchObject([
      { name: 'get_weather', arguments: {} },
    ]);
  });

  it('create that is cut off says so', async () => {
    await client().responses.create({ ...hello, max_output_tokens: 3 });
    expect(taken()).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'gen_ai.request.max_tokens': 3, 'gen_ai.response.finish_reasons': ['length'] },
    });
  });

  it('create in the background has no answer yet', async () => {
    await client().responses.create({ ...hello, background: true });
    const { attributes, choices } = taken();
    expect(attributes).toEqual({
      ...asked,
      'gen_ai.response.id': 'resp_fake0001',
      'gen_ai.response.model': 'gpt-5-2025-08-07',
      'openai.response.service_tier': 'default',
    });
    expect(choices).toEqual([]);
  });

  it('create of a response that failed is a failed call, and the application gets that response', async () => {
    const response = await client('response-failed').responses.create(hello);
    expect(response.error).toEqual({ code: 'server_error', message: failed.message });
    const { status, attributes, exceptions } = taken();
    expect(status).toEqual(failed);
    expect(attributes).toMatchObject({
      'llm.error.code': 'server_error',
      'gen_ai.response.finish_reasons': ['error'],
    });
    expect(exceptions).toHaveLength(1);
  });

  const streams: [string, (client: OpenAI) => PromiseLike<number>][] = [
    ['create', (openai) => count(openai.responses.create({ ...hello, stream: true }))],
    ['the stream helper', (openai) => count(Promise.resolve(openai.responses.stream(hello)))],
  ];

  it.each(streams)('streaming with %s is passed by unread', async (_, read) => {
    const items = await read(client());
    const { attributes, choices } = taken();
    expect(attributes).toEqual({
      ...asked,
      'llm.streaming': true,
      'gen_ai.request.stream': true,
      'llm.stream.end_reason': 'completed',
      'llm.stream.chunk_count': items,
    });
    expect(choices).toEqual([]);
  });

  it.each(streams)('streaming with %s is told of like a whole response, if inspected', async (_, read) => {
    inspect(false);
    await read(client());
    const span = taken();
    expect(span.attributes).toMatchObject(answered);
    expect(span.choices).toHaveLength(1);
    expect(JSON.stringify(span)).not.toContain(SECRET);
  });

  it.each(streams)('streaming with %s records what was said, if inspected and captured', async (_, read) => {
    inspect(true);
    await read(client());
    const [message] = JSON.parse(String(taken().attributes['gen_ai.output.messages']));
    expect(message).toEqual({
      role: 'assistant',
      finish_reason: 'stop',
      parts: [{ type: 'text', content: `You said: Say ${SECRET}` }],
    });
  });

  it('the stream helper gives its final response as without us', async () => {
    inspect(true);
    const response = await client().responses.stream(hello).finalResponse();
    expect(response.output.at(-1)).toMatchObject({ content: [{ text: `You said: Say ${SECRET}` }] });
    expect(taken().name).toBe('chat gpt-5');
  });

  it('a stream that is left early tells what had come', async () => {
    inspect(true);
    for await (const event of await client().responses.create({ ...hello, stream: true })) {
      if (event.type === 'response.output_text.delta') break;
    }
    const { status, attributes } = taken();
    expect(status.code).toBe(SpanStatusCode.UNSET);
    expect(attributes).toMatchObject({ 'llm.stream.end_reason': 'cancelled', 'gen_ai.response.id': 'resp_fake0001' });
    expect(attributes['gen_ai.response.finish_reasons']).toEqual(['error']);
    expect(JSON.parse(String(attributes['gen_ai.output.messages']))).toMatchObject([
      { parts: [{ content: expect.stringContaining('You ') }], finish_reason: 'error' },
    ]);
  });

  it('a stream whose response fails is a failed call, if inspected', async () => {
    const read = () => count(client('response-failed').responses.create({ ...hello, stream: true }));
    await read();
    expect(taken().status.code).toBe(SpanStatusCode.UNSET);

    inspect(false);
    await read();
    const { status, attributes, exceptions } = taken();
    expect(status).toEqual(failed);
    expect(attributes).toMatchObject({ 'llm.stream.end_reason': 'failed', 'llm.error.code': 'server_error' });
    expect(exceptions).toHaveLength(1);
  });

  it('a stream whose response is filtered is incomplete, not failed', async () => {
    inspect(false);
    await count(client('response-content-filter').responses.create({ ...hello, stream: true }));
    expect(taken()).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'gen_ai.response.finish_reasons': ['content_filter'], 'llm.stream.end_reason': 'completed' },
    });
  });

  // SDK v5 and v6 give an `error` event to the application, v4 and late v7 throw it.
  it('a stream with an error event is a failed call, if inspected', async () => {
    inspect(false);
    const read = count(client('error-event-after-4').responses.create({ ...hello, stream: true }));
    await read.catch((error: unknown) => expect(error).toBeInstanceOf(OpenAI.APIError));
    const { status, attributes, exceptions } = taken();
    expect(status).toEqual(errorEvent);
    expect(attributes['llm.stream.end_reason']).toBe('failed');
    // The error that v4 makes of the event has its message only.
    expect(attributes['llm.error.code']).toBe(major === 4 ? undefined : 'server_error');
    expect(exceptions).toHaveLength(1);
  });

  it('retrieve makes a span of its own, which counts no tokens', async () => {
    await client().responses.retrieve('resp_1');
    const { choices, ...span } = taken();
    expect(span).toEqual({
      name: 'fetch_response',
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        ...fetched,
        'gen_ai.response.model': 'gpt-4.1-2025-04-14',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.response.status': 'completed',
        'openai.response.service_tier': 'default',
      },
      exceptions: [],
    });
    expect(choices).toHaveLength(1);
  });

  it('retrieve as a stream goes on after an event', async () => {
    inspect(true);
    const items = await count(client().responses.retrieve('resp_1', { stream: true, starting_after: 4 }));
    const { name, attributes } = taken();
    expect(name).toBe('fetch_response');
    expect(attributes).toMatchObject({
      ...fetched,
      'llm.streaming': true,
      'gen_ai.request.stream_cursor': '4',
      'gen_ai.response.status': 'completed',
      'llm.stream.chunk_count': items,
      'gen_ai.output.messages': JSON.stringify([
        { role: 'assistant', parts: [{ type: 'text', content: 'This is resp_1.' }], finish_reason: 'stop' },
      ]),
    });
    expect(attributes).not.toHaveProperty('gen_ai.usage.output_tokens');
    expect(attributes).not.toHaveProperty('gen_ai.input.messages');
  });

  it('the stream helper can retrieve too', async () => {
    await client().responses.stream({ response_id: 'resp_1', starting_after: 2 }).finalResponse();
    expect(taken()).toMatchObject({ name: 'fetch_response', attributes: { ...fetched, 'llm.streaming': true } });
  });

  it('retrieve of what is not there fails', async () => {
    await expect(client().responses.retrieve('nothing')).rejects.toThrow(OpenAI.NotFoundError);
    expect(taken().attributes).toMatchObject({ 'error.type': 'NotFoundError', 'gen_ai.response.id': 'nothing' });
  });

  it('cancel tells that the response has been cancelled, which is no failure', async () => {
    await client().responses.cancel('resp_1');
    const { choices, ...span } = taken();
    expect(span).toEqual({
      name: 'cancel_response',
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        ...fetched,
        'gen_ai.operation.name': 'cancel_response',
        'gen_ai.response.model': 'gpt-4.1-2025-04-14',
        'gen_ai.response.status': 'cancelled',
        'openai.response.service_tier': 'default',
      },
      exceptions: [],
    });
    expect(choices).toEqual([]);
  });

  it.skipIf(major < 6)('compact counts its tokens and answers nothing', async () => {
    recorder.instrumentation.setConfig({ captureMessageContent: true });
    await client().responses.compact({ model: 'gpt-5', input: SECRET });
    const { name, attributes, choices } = taken();
    expect(name).toBe('chat gpt-5');
    expect(attributes).toMatchObject({
      ...asked,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.output.messages': JSON.stringify([
        { role: 'user', parts: [{ type: 'text', content: SECRET }], finish_reason: 'compaction' },
        { role: 'assistant', parts: [{ type: 'compaction', id: 'cmp_fake0001' }], finish_reason: 'compaction' },
      ]),
    });
    expect(choices).toEqual([]);
  });

  it.skipIf(major < 6)('the beta is traced alike', async () => {
    const { responses } = client().beta;
    await responses.create(hello);
    expect(taken().attributes).toEqual({ ...asked, ...answered });
    await count(responses.create({ ...hello, stream: true }));
    expect(taken().attributes).toMatchObject({ 'llm.stream.end_reason': 'completed' });
    await responses.retrieve('resp_1');
    expect(taken().name).toBe('fetch_response');
    await responses.cancel('resp_1');
    expect(taken().name).toBe('cancel_response');
    await responses.compact({ model: 'gpt-5', input: SECRET });
    expect(taken().name).toBe('chat gpt-5');
  });

  it.each(['null-body', 'array-body', 'text', 'usage-null', 'odd-usage', 'no-content', 'drop-body', 'not-json'])(
    'ends once after a body like "%s", with the outcome of the call',
    async (scenario) => {
      const outcome = await client(scenario)
        .responses.create(hello)
        .then(
          () => SpanStatusCode.UNSET,
          () => SpanStatusCode.ERROR,
        );
      expect(taken().status.code).toBe(outcome);
    },
  );
});
