import { trace } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startFakeSockets } from '../support/fake-openai/sockets/index.mjs';
import { majors } from '../support/sdk.js';
import { eventsOf, json, type Span, Telemetry } from '../support/telemetry.js';
import { client, close, closed, type FakeSockets, load, next, responsesClass, type Socket, tell } from './support.js';

const telemetry = new Telemetry();
const tracer = trace.getTracer('test');
let server: FakeSockets;

beforeAll(async () => {
  server = await startFakeSockets({ tls: false });
});
afterAll(() => server.close());
beforeEach(() => telemetry.reset());

const withSockets = majors.filter((major) => major >= 6);

function open(major: number, options: object = {}, { beta = false, baseURL = server.url } = {}): Socket {
  const ResponsesWS = responsesClass(major, { beta });
  const ws = new ResponsesWS(client(major, baseURL), options);
  ws.on('error', () => {});
  return ws;
}

function create(ws: Socket, input: string, more: object = {}): void {
  ws.send({ type: 'response.create', model: 'gpt-4.1', input, ...more });
}

async function ask(ws: Socket, input: string, more?: object): Promise<void> {
  create(ws, input, more);
  await next(ws, 'response.completed');
}

function chats(spans: Span[]): Span[] {
  return spans.filter(({ name }) => name.startsWith('chat'));
}

function session(spans: Span[]): Span {
  const [span, ...more] = spans.filter(({ name }) => name === 'responses_session');
  if (!span || more.length > 0) throw new Error('not one session');
  return span;
}

describe.each(withSockets)('Responses of openai %i over a WebSocket', (major) => {
  test.each([{ beta: false }, { beta: true }])('looks as if it came by HTTP, beta: $beta', async ({ beta }) => {
    await telemetry.reset({ captureMessageContent: true });
    const ws = open(major, {}, { beta });
    await tracer.startActiveSpan('request', async (span) => {
      await ask(ws, 'Hello you', { max_output_tokens: 100, temperature: 0.5 });
      span.end();
    });
    await close(ws);
    const spans = telemetry.spans();
    const [overSocket] = chats(spans);
    expect(overSocket?.links[0]?.context.spanId).toBe(session(spans).spanContext().spanId);
    expect(session(spans).status.code).toBe(0);
    expect(session(spans).attributes).toMatchObject({
      'http.response.status_code': 101,
      'llm.session.close_code': 1000,
    });
    expect(overSocket?.name).toBe('chat gpt-4.1');
    expect(overSocket?.parentSpanContext?.spanId).toBe(
      spans.find(({ name }) => name === 'request')?.spanContext().spanId,
    );
    expect(overSocket?.attributes).toMatchObject({
      'openai.api.type': 'responses',
      'gen_ai.request.max_tokens': 100,
      'gen_ai.request.temperature': 0.5,
      'gen_ai.response.model': 'gpt-4.1-2025-04-14',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': expect.any(Number),
      'gen_ai.usage.output_tokens': 4,
      'llm.stream.end_reason': 'completed',
      'llm.streaming': true,
    });
    if (!overSocket) return;
    expect(json(overSocket, 'gen_ai.output.messages')).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'You said: Hello you' }], finish_reason: 'stop' },
    ]);
    expect(overSocket.events.filter(({ name }) => name.endsWith('.choice'))).toHaveLength(1);
  });

  test('two lanes at once, two responses queued in one', async () => {
    const ws = open(major);
    tell(ws, 'hold', { after: 3 });
    create(ws, 'one', { stream_id: 'a' });
    create(ws, 'two', { stream_id: 'b' });
    create(ws, 'three', { stream_id: 'b' });
    await next(ws, 'response.output_item.added');
    tell(ws, 'release');
    await next(ws, 'response.completed', 3);
    await close(ws);
    const spans = chats(telemetry.spans());
    expect(spans.map(({ attributes }) => attributes['llm.stream.end_reason'])).toEqual(Array(3).fill('completed'));
    const ids = spans.map(({ attributes }) => attributes['gen_ai.response.id']);
    expect(new Set(ids).size).toBe(3);
    const counts = spans.map(({ attributes }) => attributes['llm.stream.chunk_count']);
    expect(new Set(counts).size).toBe(1);
  });

  test('a refused message fails its response, on its lane', async () => {
    const ws = open(major);
    ws.send({ type: 'response.create', input: 'no model', stream_id: 'a' });
    await ask(ws, 'Hello', { stream_id: 'b' });
    ws.send({ type: 'what' });
    await next(ws, 'error');
    await close(ws);
    const spans = telemetry.spans();
    const [refused, completed] = chats(spans);
    expect(refused?.status.code).toBe(2);
    expect(refused?.attributes['llm.error.code']).toBe('missing_required_parameter');
    expect(completed?.attributes['llm.stream.end_reason']).toBe('completed');
    expect(eventsOf(session(spans), 'exception')).toHaveLength(1);
    expect(session(spans).status.code).toBe(0);
  });

  test('a failed response', async () => {
    const ws = open(major);
    create(ws, 'x', { model: 'gpt-fails' });
    await next(ws, 'response.failed');
    await close(ws);
    const [span] = chats(telemetry.spans());
    expect(span?.status).toMatchObject({ code: 2, message: 'The model failed to answer.' });
    expect(span?.attributes['llm.error.code']).toBe('server_error');
  });

  test('a response that was asked for with sendRaw()', async () => {
    const ws = open(major);
    ws.sendRaw?.(JSON.stringify({ type: 'response.create', model: 'gpt-4.1', input: 'raw' }));
    await next(ws, 'response.completed');
    await close(ws);
    const [span] = chats(telemetry.spans());
    expect(span?.attributes['gen_ai.response.model']).toBe('gpt-4.1-2025-04-14');
  });

  test('a reconnect: what was on the lost socket fails, what was queued goes on', async () => {
    const ws = open(major, { reconnect: { initialDelay: 1, maxDelay: 1, onReconnecting: () => ({}) } });
    await ask(ws, 'first');
    tell(ws, 'hold', { after: 2 });
    create(ws, 'lost');
    await next(ws, 'response.in_progress');
    const reconnecting = next(ws, 'reconnecting');
    const reconnected = next(ws, 'reconnected');
    tell(ws, 'drop');
    await reconnecting;
    create(ws, 'queued');
    await reconnected;
    await next(ws, 'response.completed');
    await close(ws);
    const spans = telemetry.spans();
    expect(chats(spans).map(({ attributes, status }) => [attributes['llm.stream.end_reason'], status.code])).toEqual([
      ['completed', 0],
      ['failed', 2],
      ['completed', 0],
    ]);
    expect(session(spans).status.code).toBe(0);
    expect(session(spans).attributes['llm.session.reconnect_count']).toBe(1);
    expect(session(spans).events.map(({ name }) => name)).toEqual([
      'llm.session.open',
      'llm.session.reconnecting',
      'llm.session.reconnected',
    ]);
  });

  test('reconnects that do not help', async () => {
    const other = await startFakeSockets({ tls: false });
    const reconnect = { initialDelay: 1, maxDelay: 1, maxRetries: 2, onReconnecting: () => ({}) };
    const ws = open(major, { reconnect }, { baseURL: other.url });
    await ask(ws, 'first');
    const end = next(ws, 'close');
    await other.close();
    create(ws, 'never sent');
    await end;
    const spans = telemetry.spans();
    expect(chats(spans).map(({ attributes }) => attributes['llm.stream.end_reason'])).toEqual(['completed', 'failed']);
    expect(session(spans).status.code).toBe(2);
  });

  test('a handshake that is refused, with a response queued', async () => {
    const ws = open(major, {}, { baseURL: server.scenario('refuse-401') });
    create(ws, 'Hello');
    await next(ws, 'close');
    const spans = telemetry.spans();
    expect(session(spans).attributes['http.response.status_code']).toBe(401);
    expect(chats(spans).map(({ status }) => status.code)).toEqual([2]);
    expect(session(spans).status.code).toBe(2);
  });

  test('after the close a message cannot be sent', async () => {
    const ws = open(major);
    await ask(ws, 'Hello');
    await close(ws);
    create(ws, 'late');
    const [, late] = chats(telemetry.spans());
    expect(late?.status).toEqual({ code: 2, message: 'The WebSocket is closed.' });
    expect(late?.attributes['llm.error.code']).toBe('socket_closed');
  });

  test('a message that the full queue does not take', async () => {
    const ws = open(major, { maxQueueSize: 80 });
    create(ws, 'first');
    create(ws, 'second');
    await next(ws, 'response.completed');
    await close(ws);
    const spans = chats(telemetry.spans());
    expect(spans.map(({ attributes }) => attributes['llm.stream.end_reason'])).toEqual(['failed', 'completed']);
    expect(spans[0]?.status).toEqual({ code: 2, message: 'The send queue of the SDK is full.' });
    expect(spans[0]?.attributes['llm.error.code']).toBe('send_queue_full');
  });

  test('the application closes before the socket is open, or while the SDK reconnects', async () => {
    const connecting = open(major);
    create(connecting, 'never sent');
    await close(connecting);
    const reconnecting = open(major, { reconnect: { initialDelay: 1, maxDelay: 1, onReconnecting: () => ({}) } });
    await ask(reconnecting, 'first');
    const lost = next(reconnecting, 'reconnecting');
    const end = next(reconnecting, 'close');
    tell(reconnecting, 'drop');
    await lost;
    create(reconnecting, 'queued');
    reconnecting.close();
    await end;
    const spans = telemetry.spans();
    expect(chats(spans).map(({ attributes }) => attributes['llm.stream.end_reason'])).toEqual([
      'aborted',
      'completed',
      'aborted',
    ]);
    expect(spans.map(({ status }) => status.code)).toEqual(spans.map(() => 0));
  });

  test('the server closes in mid-response with a regular code', async () => {
    const ws = open(major);
    tell(ws, 'hold', { after: 2 });
    create(ws, 'Hello');
    await next(ws, 'response.in_progress');
    const end = next(ws, 'close');
    tell(ws, 'close', { code: 1000, reason: 'bye' });
    await end;
    const spans = telemetry.spans();
    expect(chats(spans)[0]?.status.code).toBe(2);
    expect(chats(spans)[0]?.attributes).toMatchObject({
      'llm.stream.end_reason': 'failed',
      'llm.error.code': '1000',
    });
    expect(session(spans).status.code).toBe(0);
    expect(session(spans).attributes['llm.session.close_reason']).toBe('bye');
  });

  test('an end without its response is no end', async () => {
    const ws = open(major);
    tell(ws, 'hold', { after: 2 });
    create(ws, 'Hello');
    await next(ws, 'response.in_progress');
    tell(ws, 'say', { frames: [{ type: 'response.completed' }, { type: 'response.completed', response: null }] });
    await next(ws, 'response.completed', 2);
    const done = next(ws, 'response.completed');
    tell(ws, 'release');
    await done;
    await close(ws);
    const [span] = chats(telemetry.spans());
    expect(span?.attributes).toMatchObject({
      'llm.stream.end_reason': 'completed',
      'gen_ai.usage.output_tokens': expect.any(Number),
    });
  });

  test('with inspectStreams, an answer that is cut is shown as far as it came', async () => {
    await telemetry.reset({ captureMessageContent: true, inspectStreams: true });
    const ws = open(major);
    tell(ws, 'hold', { after: 5 });
    create(ws, 'Hello');
    await next(ws, 'response.output_text.delta');
    const end = closed(ws);
    tell(ws, 'drop');
    await end;
    const [span] = chats(telemetry.spans());
    expect(JSON.stringify(span && json(span, 'gen_ai.output.messages'))).toContain('You ');
  });

  test('manuallyInstrument() takes the class, once', async () => {
    const { ResponsesWSBase } = load(major, 'openai/resources/responses/ws-base');
    const before = Object.getOwnPropertyDescriptors((ResponsesWSBase as { prototype: object }).prototype);
    telemetry.instrumentation.manuallyInstrument(responsesClass(major));
    telemetry.instrumentation.manuallyInstrument(load(major, 'openai/resources/responses/ws'));
    expect(Object.getOwnPropertyDescriptors((ResponsesWSBase as { prototype: object }).prototype)).toEqual(before);
    expect(telemetry.said('warn')).toEqual([]);
  });
});
