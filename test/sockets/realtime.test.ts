import { context, trace } from '@opentelemetry/api';
import { core } from '@opentelemetry/sdk-node';
import { withAttributes } from 'opentelemetry-instrumentation-openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startFakeSockets } from '../support/fake-openai/sockets/index.mjs';
import { majors } from '../support/sdk.js';
import { eventsOf, json, type Span, Telemetry } from '../support/telemetry.js';
import { client, close, closed, type FakeSockets, next, realtimeClass, type Socket, tell } from './support.js';

const telemetry = new Telemetry();
const tracer = trace.getTracer('test');
let server: FakeSockets;

beforeAll(async () => {
  server = await startFakeSockets();
});
afterAll(() => server.close());
beforeEach(() => telemetry.reset());

interface Options {
  baseURL?: string;
  /** What is told to listen to errors, which would otherwise be unhandled rejections. */
  errors?: unknown[];
  /** Of the `ws` socket. */
  socket?: object;
}

const newest = majors.filter((major) => major >= 6);

function open(major: number, { baseURL = server.url, errors = [], socket }: Options = {}): Socket {
  const Class = realtimeClass(major);
  const options = { ca: server.ca, ...socket };
  const rt = new Class({ model: 'gpt-realtime', options }, client(major, baseURL));
  rt.on('error', (error) => errors.push(error));
  return rt;
}

async function opened(major: number, options?: Options): Promise<Socket> {
  const rt = open(major, options);
  await next(rt, 'session.created');
  return rt;
}

function say(rt: Socket, text: string): void {
  const content = [{ type: 'input_text', text }];
  rt.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
}

/** A session in which a response has begun and stopped. */
async function midway(major: number, options?: Options): Promise<Socket> {
  const rt = await opened(major, options);
  tell(rt, 'hold', { after: 4 });
  rt.send({ type: 'response.create' });
  await next(rt, 'response.output_item.added');
  return rt;
}

/** The next exception that nobody catches. */
function uncaught(): Promise<unknown> {
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  return new Promise((resolve) => {
    process.once('uncaughtException', (error) => {
      for (const listener of others) process.on('uncaughtException', listener);
      resolve(error);
    });
  });
}

async function ask(rt: Socket, text: string): Promise<void> {
  say(rt, text);
  rt.send({ type: 'response.create' });
  await next(rt, 'response.done');
}

function speak(rt: Socket, text: string): void {
  rt.send({ type: 'input_audio_buffer.append', audio: Buffer.from(text).toString('base64') });
}

/** The settings of either form of the API. */
const listening = {
  audio: { input: { turn_detection: { type: 'server_vad' }, transcription: { model: 'gpt-4o-transcribe' } } },
  turn_detection: { type: 'server_vad' },
  input_audio_transcription: { model: 'gpt-4o-transcribe' },
};

async function listen(rt: Socket): Promise<void> {
  rt.send({ type: 'session.update', session: listening });
  await next(rt, 'session.updated');
}

function named(spans: Span[], name: string): Span[] {
  return spans.filter((span) => span.name === name);
}

function only(spans: Span[], name: string): Span {
  const [span, ...more] = named(spans, name);
  if (!span || more.length > 0) throw new Error(`${spans.map((each) => each.name).join(', ')}: not one ${name}`);
  return span;
}

function session(spans: Span[]): Span {
  return only(spans, 'realtime_session gpt-realtime');
}

function chat(spans: Span[]): Span {
  return only(spans, 'chat gpt-realtime');
}

describe.each(majors)('Realtime of openai %i', (major) => {
  test('a session and its response', async () => {
    const rt = await opened(major);
    await ask(rt, 'Hello you');
    await close(rt);

    const spans = telemetry.spans();
    const parent = session(spans);
    const response = chat(spans);
    expect(spans).toHaveLength(2);
    expect(parent.status.code).toBe(0);
    expect(parent.attributes).toMatchObject({
      'gen_ai.operation.name': 'realtime_session',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-realtime',
      'gen_ai.response.model': 'gpt-realtime-2025-08-28',
      'gen_ai.conversation.id': expect.stringMatching(/^sess_fake/),
      'server.address': '127.0.0.1',
      'http.response.status_code': 101,
      'llm.request_id': expect.stringMatching(/^req_fake_/),
      'llm.session.close_code': 1000,
      'llm.session.response_count': 1,
    });
    // The application's own words come back from the server.
    expect(parent.attributes).not.toHaveProperty('llm.session.close_reason');
    expect(parent.events.map(({ name }) => name)).toEqual(['llm.session.open']);

    expect(response.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
    expect(response.links).toEqual([]);
    expect(response.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-realtime',
      'gen_ai.response.model': 'gpt-realtime-2025-08-28',
      'gen_ai.conversation.id': parent.attributes['gen_ai.conversation.id'],
      'gen_ai.output.type': 'speech',
      'gen_ai.response.id': expect.stringMatching(/^resp_fake/),
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 20,
      'gen_ai.usage.output_tokens': 4,
      'gen_ai.usage.cache_read.input_tokens': 8,
      'gen_ai.usage.audio.input_tokens': 4,
      'gen_ai.usage.text.output_tokens': 2,
      'gen_ai.usage.audio.output_tokens': 2,
      'llm.streaming': true,
      'llm.stream.end_reason': 'completed',
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
      'llm.response.time_to_first_audio': expect.any(Number),
    });
    const { attributes } = response;
    expect(attributes['llm.response.time_to_first_audio']).toBeGreaterThanOrEqual(
      Number(attributes['gen_ai.response.time_to_first_chunk']),
    );
    expect(response.events.filter(({ name }) => name.endsWith('.choice'))).toHaveLength(1);
    expect(JSON.stringify(spans.map((span) => [span.attributes, span.events]))).not.toContain('Hello');
  });

  test('the server detects a turn, transcribes it, and answers', async () => {
    await telemetry.reset({ captureMessageContent: true });
    const rt = await opened(major);
    await listen(rt);
    speak(rt, 'Hello you there.');
    await next(rt, 'response.done');
    await close(rt);

    const spans = telemetry.spans();
    const parent = session(spans);
    const transcription = only(spans, 'transcription gpt-4o-transcribe');
    const response = chat(spans);
    expect(response.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
    expect(json(response, 'gen_ai.input.messages')).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'Hello you there.' }] },
    ]);
    expect(json(response, 'gen_ai.output.messages')).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'You said: Hello you there.' }], finish_reason: 'stop' },
    ]);
    expect(transcription.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
    expect(transcription.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 30,
      'gen_ai.usage.audio.input_tokens': 30,
      'gen_ai.usage.output_tokens': 3,
    });
  });

  test('the user interrupts the answer', async () => {
    const rt = await opened(major);
    await listen(rt);
    tell(rt, 'hold', { after: 4 });
    say(rt, 'Tell me a long story');
    rt.send({ type: 'response.create' });
    await next(rt, 'response.output_item.added');
    speak(rt, 'Stop.');
    tell(rt, 'release');
    await next(rt, 'response.done', 2);
    await close(rt);

    const spans = telemetry.spans();
    const reasons = named(spans, 'chat gpt-realtime').map(({ attributes }) => attributes['llm.stream.end_reason']);
    expect(reasons).toEqual(['interrupted', 'completed']);
    const [interrupted] = named(spans, 'chat gpt-realtime');
    expect(interrupted?.status.code).toBe(0);
    expect(interrupted?.attributes['gen_ai.response.finish_reasons']).toEqual(['turn_detected']);
  });

  test('the application cancels the response', async () => {
    const rt = await opened(major);
    tell(rt, 'hold', { after: 4 });
    rt.send({ type: 'response.create' });
    await next(rt, 'response.output_item.added');
    rt.send({ type: 'response.cancel' });
    tell(rt, 'release');
    await next(rt, 'response.done');
    await close(rt);
    const response = chat(telemetry.spans());
    expect(response.attributes['llm.stream.end_reason']).toBe('aborted');
    expect(response.status.code).toBe(0);
  });

  test('the model fails', async () => {
    const rt = await opened(major);
    rt.send({ type: 'response.create', response: { instructions: 'fail' } });
    await next(rt, 'response.done');
    await close(rt);
    const spans = telemetry.spans();
    const response = chat(spans);
    expect(response.status).toMatchObject({ code: 2, message: 'The model failed to answer.' });
    expect(response.attributes).toMatchObject({
      'llm.stream.end_reason': 'failed',
      'llm.error.code': 'inference_failed',
    });
    expect(session(spans).status.code).toBe(0);
  });

  test('a response is refused because another one is active', async () => {
    const errors: unknown[] = [];
    const rt = await opened(major, { errors });
    tell(rt, 'hold', { after: 4 });
    rt.send({ type: 'response.create' });
    await next(rt, 'response.output_item.added');
    rt.send({ type: 'response.create', event_id: 'mine' });
    rt.send({ type: 'response.create' });
    rt.send({ type: 'response.what', event_id: 'other' });
    tell(rt, 'release');
    await next(rt, 'response.done');
    await close(rt);

    const spans = telemetry.spans();
    const responses = named(spans, 'chat gpt-realtime');
    expect(responses.map(({ attributes }) => attributes['llm.error.code'])).toEqual([
      'conversation_already_has_active_response',
      'conversation_already_has_active_response',
      undefined,
    ]);
    expect(responses.map(({ status }) => status.code)).toEqual([2, 2, 0]);
    expect(errors).toHaveLength(3);
    // The third error fits no response.
    expect(eventsOf(session(spans), 'exception')).toMatchObject([{ 'exception.message': expect.any(String) }]);
    expect(session(spans).status.code).toBe(0);
  });

  test('a message that is sent before the socket is open', async () => {
    const errors: Error[] = [];
    const rt = open(major, { errors });
    rt.send({ type: 'response.create' });
    expect(errors).toHaveLength(1);
    await next(rt, 'session.created');
    await close(rt);
    const spans = telemetry.spans();
    expect(chat(spans).status.code).toBe(2);
    expect(chat(spans).attributes['llm.stream.end_reason']).toBe('failed');
    expect(session(spans).status.code).toBe(0);
  });

  test('a message that is sent after the socket has closed', async () => {
    const rt = await opened(major);
    await close(rt);
    rt.send({ type: 'response.create' });
    const spans = telemetry.spans();
    expect(chat(spans).status.code).toBe(2);
    expect(chat(spans).attributes['llm.error.code']).toBe('socket_closed');
  });

  test.each([
    { how: 'close', fields: { code: 1011, reason: 'internal' }, code: 1011 },
    { how: 'drop', fields: {}, code: 1006 },
  ])('the server leaves in mid-response: $how', async ({ how, fields, code }) => {
    const rt = await opened(major);
    tell(rt, 'hold', { after: 4 });
    rt.send({ type: 'response.create' });
    await next(rt, 'response.output_item.added');
    const end = closed(rt);
    tell(rt, how, fields);
    await end;
    const spans = telemetry.spans();
    expect(chat(spans).status.code).toBe(2);
    expect(chat(spans).attributes).toMatchObject({
      'llm.stream.end_reason': 'failed',
      'gen_ai.response.id': expect.any(String),
    });
    expect(session(spans).status.code).toBe(2);
    expect(session(spans).attributes).toMatchObject({
      'llm.session.close_code': code,
      'llm.error.code': String(code),
    });
  });

  test.each([1000, 1001, undefined])('the server closes in mid-response with %s, which is regular', async (code) => {
    const rt = await midway(major);
    const end = closed(rt);
    tell(rt, 'close', { code, reason: 'no sk-abcdef0123456789abcdef' });
    await end;
    const spans = telemetry.spans();
    const seen = code ?? 1005;
    expect(chat(spans).status.code).toBe(2);
    expect(chat(spans).attributes).toMatchObject({
      'llm.stream.end_reason': 'failed',
      'error.type': String(seen),
      'llm.error.code': String(seen),
    });
    expect(session(spans).status.code).toBe(0);
    expect(session(spans).attributes).toMatchObject({ 'llm.session.close_code': seen });
    expect(session(spans).attributes['llm.session.close_reason']).toBe(code === undefined ? undefined : 'no …');
    expect(JSON.stringify(spans.map(({ status, events }) => [status, events]))).not.toContain('abcdef');
  });

  test.each<[how: string, close: (rt: Socket) => void]>([
    ['close()', (rt) => rt.close()],
    ['close() with a code of its own', (rt) => rt.close({ code: 3001, reason: 'Paul said no' })],
    ['close() of the socket', (rt) => rt.socket.close(4000, 'Paul said no')],
    ['terminate() of the socket', (rt) => rt.socket.terminate?.()],
  ])('the application closes in mid-response: %s', async (_, leave) => {
    const rt = await midway(major);
    const end = closed(rt);
    leave(rt);
    await end;
    const spans = telemetry.spans();
    expect(chat(spans).attributes['llm.stream.end_reason']).toBe('aborted');
    expect(chat(spans).status.code).toBe(0);
    expect(session(spans).status.code).toBe(0);
    expect(JSON.stringify(spans.map(({ attributes, events }) => [attributes, events]))).not.toContain('Paul');
  });

  test('the application closes before the socket is open', async () => {
    const rt = open(major);
    await close(rt);
    const span = session(telemetry.spans());
    expect(span.status.code).toBe(0);
    expect(span.attributes).toMatchObject({ 'llm.session.close_code': 1006 });
  });

  test('a close with a code that is not allowed leaves the session open', async () => {
    const rt = await midway(major);
    rt.close({ code: 42, reason: '' });
    const end = closed(rt);
    tell(rt, 'close', { code: 1011, reason: 'internal' });
    await end;
    const spans = telemetry.spans();
    expect(chat(spans).attributes['llm.stream.end_reason']).toBe('failed');
    expect(session(spans).attributes['llm.session.close_reason']).toBe('internal');
    expect(session(spans).status.code).toBe(2);
  });

  test('a frame that the socket does not accept fails the session', async () => {
    const rt = await midway(major, { socket: { maxPayload: 4_000 } });
    const end = closed(rt);
    tell(rt, 'say', { frames: [{ big: 5_000 }] });
    await end;
    const spans = telemetry.spans();
    expect(chat(spans).attributes['llm.stream.end_reason']).toBe('failed');
    expect(session(spans).status.code).toBe(2);
  });

  test('a listener throws, after which the socket reports nothing more', async () => {
    const rt = await midway(major);
    const thrown = uncaught();
    rt.on('what', () => {
      throw new Error('a mistake in the application');
    });
    tell(rt, 'say', { frames: [{ type: 'what' }] });
    await thrown;
    const spans = telemetry.spans();
    expect(chat(spans).attributes['llm.stream.end_reason']).toBe('abandoned');
    expect(session(spans).status.code).toBe(0);
    expect(session(spans).attributes['llm.abandoned']).toBe(true);
    expect(session(spans).attributes).not.toHaveProperty('llm.session.close_code');
    rt.send({ type: 'response.create' });
    rt.socket.terminate?.();
    expect(telemetry.spans()).toEqual([]);
  });

  test('a listener throws that is not for what the socket reads', async () => {
    const rt = open(major);
    rt.socket.once('open', () => {
      throw new Error('a mistake in the application');
    });
    const thrown = uncaught();
    const begun = next(rt, 'session.created');
    await Promise.all([thrown, begun]);
    await ask(rt, 'Hello');
    await close(rt);
    expect(chat(telemetry.spans()).attributes['llm.stream.end_reason']).toBe('completed');
  });

  test('the server does not answer the close', async () => {
    const rt = await midway(major);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      rt.close();
      vi.advanceTimersByTime(5_000);
    } finally {
      vi.useRealTimers();
    }
    expect(rt.socket.readyState).toBe(2);
    const spans = telemetry.spans();
    expect(chat(spans).attributes['llm.stream.end_reason']).toBe('aborted');
    expect(session(spans).status.code).toBe(0);
    expect(session(spans).attributes).not.toHaveProperty('llm.session.close_code');
  });

  test.each(['mine', undefined])('a request crosses with a response to the user, its id: %s', async (event_id) => {
    const rt = await opened(major);
    await listen(rt);
    speak(rt, 'Hello you there.');
    rt.send({ type: 'response.create', event_id });
    const { response } = await next(rt, 'response.done');
    await close(rt);
    const spans = telemetry.spans();
    const byEnd = new Map(
      named(spans, 'chat gpt-realtime').map((span) => [span.attributes['llm.stream.end_reason'], span]),
    );
    const refused = byEnd.get('failed');
    const answered = byEnd.get('completed');
    expect(named(spans, 'chat gpt-realtime')).toHaveLength(2);
    expect(refused?.attributes['llm.error.code']).toBe('conversation_already_has_active_response');
    expect(refused?.attributes).not.toHaveProperty('gen_ai.response.id');
    expect(answered?.attributes).toMatchObject({
      'gen_ai.response.id': (response as { id: string }).id,
      'gen_ai.usage.input_tokens': expect.any(Number),
    });
    expect(answered?.parentSpanContext?.spanId).toBe(session(spans).spanContext().spanId);
    expect(eventsOf(session(spans), 'exception')).toEqual([]);
  });

  test('an end without its response is no end', async () => {
    const rt = await midway(major);
    tell(rt, 'say', { frames: [{ type: 'response.done' }, { type: 'response.done', response: null }] });
    await next(rt, 'response.done', 2);
    const done = next(rt, 'response.done');
    tell(rt, 'release');
    await done;
    await close(rt);
    const response = chat(telemetry.spans());
    expect(response.attributes).toMatchObject({
      'llm.stream.end_reason': 'completed',
      'gen_ai.response.id': expect.any(String),
      'gen_ai.usage.input_tokens': expect.any(Number),
    });
  });

  test('the handshake is refused', async () => {
    const errors: Error[] = [];
    const rt = open(major, { baseURL: server.scenario('refuse-401'), errors });
    await closed(rt);
    const span = session(telemetry.spans());
    expect(span.status.code).toBe(2);
    expect(span.attributes).toMatchObject({
      'http.response.status_code': 401,
      'llm.request_id': 'req_fake_refused',
      'llm.session.close_code': 1006,
      'error.type': 'Error',
    });
    expect(errors).toHaveLength(1);
  });

  test('disable() ends what is open, and the conversation goes on', async () => {
    const rt = await opened(major);
    tell(rt, 'hold', { after: 4 });
    rt.send({ type: 'response.create' });
    await next(rt, 'response.output_item.added');
    telemetry.instrumentation.disable();
    const spans = telemetry.spans();
    expect(chat(spans).attributes['llm.stream.end_reason']).toBe('abandoned');
    expect(session(spans).attributes['llm.abandoned']).toBe(true);
    tell(rt, 'release');
    await next(rt, 'response.done');
    telemetry.instrumentation.enable();
    await ask(rt, 'Still there?');
    await close(rt);
    expect(telemetry.spans()).toEqual([]);
  });

  test('what listeners do is inside the session, and a response belongs to the span that it is for', async () => {
    const rt = await tracer.startActiveSpan('begin', async (span) => {
      const socket = open(major);
      socket.socket.on('open', () => tracer.startSpan('in open').end());
      await next(socket, 'session.created');
      span.end();
      return socket;
    });
    rt.on('response.done', () => tracer.startSpan('in listener').end());
    await ask(rt, 'One');
    await tracer.startActiveSpan('request', async (span) => {
      await withAttributes({ 'app.user': 'u1' }, () => ask(rt, 'Two'));
      span.end();
    });
    await close(rt);

    const spans = telemetry.spans();
    const parents = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
    const tree = spans.map((span) => [span.name, parents.get(String(span.parentSpanContext?.spanId))]);
    expect(tree.sort()).toEqual(
      [
        ['begin', undefined],
        ['chat gpt-realtime', 'realtime_session gpt-realtime'],
        ['chat gpt-realtime', 'request'],
        ['in listener', 'realtime_session gpt-realtime'],
        ['in listener', 'realtime_session gpt-realtime'],
        ['in open', 'realtime_session gpt-realtime'],
        ['realtime_session gpt-realtime', 'begin'],
        ['request', undefined],
      ].sort(),
    );
    const inRequest = spans.find(({ links, name }) => links.length > 0 && name.startsWith('chat'));
    expect(inRequest?.links[0]?.context.spanId).toBe(session(spans).spanContext().spanId);
    expect(inRequest?.attributes).toMatchObject({
      'app.user': 'u1',
      'gen_ai.conversation.id': session(spans).attributes['gen_ai.conversation.id'],
    });
  });
});

describe.each(majors.filter((major) => major >= 7))('Realtime of openai %i, with reconnects', (major) => {
  type Recovering = Socket & { flushPending(): void; takePending(): unknown[] };

  function recovering(errors: unknown[] = [], baseURL = server.url): Recovering {
    const Class = realtimeClass(major);
    const options = {
      model: 'gpt-realtime',
      options: { ca: server.ca },
      reconnect: true,
      maxRetries: 2,
      reconnectInitialDelay: 1,
      reconnectMaxDelay: 1,
      maxQueueBytes: 1000,
    };
    const rt = new Class(options, client(major, baseURL)) as Recovering;
    rt.on('error', (error) => errors.push(error));
    return rt;
  }

  const ends = (spans: Span[]) =>
    named(spans, 'chat gpt-realtime').map(({ attributes, status }) => [
      attributes['llm.stream.end_reason'],
      status.code,
    ]);

  test('a message that is sent before the socket is open is not kept', async () => {
    const errors: unknown[] = [];
    const rt = recovering(errors);
    rt.send({ type: 'response.create' });
    await next(rt, 'session.created');
    await ask(rt, 'Hello');
    const end = next(rt, 'close');
    rt.close();
    await end;
    expect(String(errors)).toContain('cannot send before the WebSocket is open');
    const spans = telemetry.spans();
    expect(ends(spans)).toEqual([
      ['failed', 2],
      ['completed', 0],
    ]);
    expect(session(spans).status.code).toBe(0);
  });

  test('what was on the lost socket fails, what was kept is sent on the next one', async () => {
    const rt = recovering();
    await next(rt, 'session.created');
    tell(rt, 'hold', { after: 2 });
    rt.send({ type: 'response.create' });
    await next(rt, 'response.created');
    const reconnected = next(rt, 'reconnected');
    rt.on('reconnecting', () => rt.send({ type: 'response.create' }));
    tell(rt, 'drop');
    await reconnected;
    const done = next(rt, 'response.done');
    rt.flushPending();
    await done;
    const end = next(rt, 'close');
    rt.close();
    await end;
    const spans = telemetry.spans();
    expect(ends(spans)).toEqual([
      ['failed', 2],
      ['completed', 0],
    ]);
    expect(session(spans).status.code).toBe(0);
    expect(session(spans).attributes).toMatchObject({
      'llm.session.reconnect_count': 1,
      'llm.session.close_code': 1000,
    });
    expect(session(spans).events.map(({ name }) => name)).toEqual([
      'llm.session.open',
      'llm.session.reconnecting',
      'llm.session.reconnected',
    ]);
  });

  test('a handshake that is refused again and again', async () => {
    const rt = recovering([], server.scenario('refuse-503'));
    await next(rt, 'close');
    const spans = telemetry.spans();
    expect(session(spans).status.code).toBe(2);
    expect(session(spans).attributes['http.response.status_code']).toBe(503);
  });
});

describe.each(newest)('Realtime of openai %i, options', (major) => {
  test('ignoreRequestHook leaves out sessions, responses or both', async () => {
    await telemetry.reset({ ignoreRequestHook: ({ operation }) => operation === 'realtime_session' });
    let rt = await opened(major);
    await ask(rt, 'Hello');
    await close(rt);
    const [response, ...others] = telemetry.spans();
    expect(others).toEqual([]);
    expect(response?.name).toBe('chat gpt-realtime');
    expect(response?.parentSpanContext).toBeUndefined();
    expect(response?.attributes['gen_ai.conversation.id']).toMatch(/^sess_/);

    await telemetry.reset({ ignoreRequestHook: () => true });
    rt = await opened(major);
    await ask(rt, 'Hello');
    await close(rt);
    expect(telemetry.spans()).toEqual([]);
  });

  test('requireParentSpan asks for each response', async () => {
    await telemetry.reset({ requireParentSpan: true });
    const rt = await opened(major);
    await ask(rt, 'Hello');
    await tracer.startActiveSpan('request', async (span) => {
      await ask(rt, 'Hello');
      span.end();
    });
    await close(rt);
    expect(telemetry.spans().map(({ name }) => name)).toEqual(['chat gpt-realtime', 'request']);
  });

  test('hooks and content see what HTTP calls show', async () => {
    const seen: unknown[] = [];
    await telemetry.reset({
      captureMessageContent: 'span',
      requestHook: (_, { operation, params }) => seen.push([operation, params]),
      responseHook: (_, { operation }) => seen.push(operation),
    });
    const rt = await opened(major);
    const tools = [{ type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }];
    rt.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be kind.', tools } });
    say(rt, 'What is the weather?');
    rt.send({ type: 'response.create', response: { temperature: 0.7, max_output_tokens: 100 } });
    const done = await next(rt, 'response.done');
    await close(rt);
    expect(seen).toEqual([
      ['realtime_session', { model: 'gpt-realtime' }],
      ['chat', { temperature: 0.7, max_output_tokens: 100 }],
      'chat',
    ]);
    expect(done.response).toBeDefined();
    const response = chat(telemetry.spans());
    expect(response.attributes).toMatchObject({
      'gen_ai.request.temperature': 0.7,
      'gen_ai.request.max_tokens': 100,
      'gen_ai.response.finish_reasons': ['tool_calls'],
    });
    expect(json(response, 'gen_ai.system_instructions')).toEqual([{ type: 'text', content: 'Be kind.' }]);
    expect(json(response, 'gen_ai.tool.definitions')).toMatchObject([{ name: 'get_weather' }]);
    expect(json(response, 'gen_ai.input.messages')).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'What is the weather?' }] },
    ]);
    expect(json(response, 'gen_ai.output.messages')).toMatchObject([
      { role: 'assistant', parts: [{ type: 'tool_call', name: 'get_weather' }], finish_reason: 'tool_calls' },
    ]);
  });

  test('metrics are those of other calls', async () => {
    const rt = await opened(major);
    await ask(rt, 'Hello');
    await close(rt);
    telemetry.spans();
    const metrics = await telemetry.metrics();
    const tokens = metrics.find(({ name }) => name === 'gen_ai.client.token.usage');
    expect(tokens?.points.map(({ attributes, sum }) => [attributes['gen_ai.token.type'], sum])).toEqual([
      ['input', 20],
      ['output', 3],
    ]);
    const duration = metrics.find(({ name }) => name === 'gen_ai.client.operation.duration');
    expect(duration?.points.map(({ attributes }) => attributes['gen_ai.operation.name'])).toEqual(['chat']);
  });

  test('a transcription that fails', async () => {
    const rt = await opened(major);
    await listen(rt);
    speak(rt, 'mumble mumble.');
    await next(rt, 'response.done');
    await close(rt);
    const span = only(telemetry.spans(), 'transcription gpt-4o-transcribe');
    expect(span.status.code).toBe(2);
    expect(span.attributes['llm.error.code']).toBe('audio_unintelligible');
  });
});

describe.each(newest)('Realtime of openai %i, what makes no sense', (major) => {
  const done = (id: unknown, more = {}) => ({ type: 'response.done', response: { id, status: 'completed', ...more } });
  const usage = { input_tokens: 1, output_tokens: 1 };

  test.each<[name: string, frames: unknown[], responses: number]>([
    ['an end without a begin', [done('r1', { usage })], 1],
    ['an end twice', [{ type: 'response.created', response: { id: 'r1' } }, done('r1'), done('r1')], 1],
    ['a begin twice', [...Array(2).fill({ type: 'response.created', response: { id: 'r1' } }), done('r1')], 1],
    ['a begin after the end', [done('r1'), { type: 'response.created', response: { id: 'r1' } }], 1],
    ['no responses', [{ type: 'response.created' }, { type: 'response.done' }], 0],
    [
      'no ids',
      [
        { type: 'response.created', response: {} },
        { type: 'response.output_audio.delta' },
        { type: 'response.done', response: {} },
      ],
      1,
    ],
    ['parts of nothing', [{ type: 'response.output_text.delta', response_id: 'r9', delta: 'x' }], 0],
    ['other types', [{ type: 'what.is.this' }, { type: '' }, { type: 'response.what', response_id: 'r1' }], 0],
    ['wrong shapes', [{ type: 'session.created', session: 'x' }, { type: 'session.updated' }, { type: 'error' }], 0],
    ['transcripts of nothing', [{ type: 'conversation.item.input_audio_transcription.completed' }], 0],
    ['frames that are not events', ['not json', '[]', '"text"', '{}'], 0],
    ['a binary frame', [{ binary: Buffer.from([1, 2, 3]).toString('base64') }], 0],
    ['a frame of 16 MB', [{ big: 16 * 1024 * 1024 }], 0],
  ])('%s', async (_, frames, responses) => {
    await telemetry.reset({ captureMessageContent: true, inspectStreams: true });
    const rt = await opened(major);
    tell(rt, 'say', { frames });
    await ask(rt, 'Hello');
    await close(rt);
    const spans = telemetry.spans();
    expect(named(spans, 'chat gpt-realtime')).toHaveLength(responses + 1);
    expect(telemetry.said('error')).toEqual([]);
    expect(session(spans).status.code).toBe(0);
  });

  test('more responses than are kept, and more items', async () => {
    await telemetry.reset({ captureMessageContent: true });
    const rt = await opened(major);
    const created = Array.from({ length: 1_200 }, (_, i) => ({ type: 'response.created', response: { id: `r${i}` } }));
    const heard = Array.from({ length: 1_200 }, (_, i) => ({ type: 'input_audio_buffer.committed', item_id: `i${i}` }));
    tell(rt, 'say', { frames: [...created, ...heard] });
    rt.send({ type: 'what' });
    await next(rt, 'error');
    await close(rt);
    const spans = telemetry.spans();
    expect(named(spans, 'chat gpt-realtime')).toHaveLength(1_000);
    expect(telemetry.said('error')).toEqual([]);
  });
});

test('under suppressTracing() there is nothing', async () => {
  await context.with(core.suppressTracing(context.active()), async () => {
    const rt = await opened(6);
    await ask(rt, 'Hello');
    await close(rt);
  });
  expect(telemetry.spans()).toEqual([]);
});
