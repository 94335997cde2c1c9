import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startFakeSockets } from '../support/fake-openai/sockets/index.mjs';
import { Telemetry } from '../support/telemetry.js';
import type { FakeSockets } from './support.js';

const telemetry = new Telemetry({ captureMessageContent: true });
const tracer = trace.getTracer('test');
const require = createRequire(import.meta.url);
const { WebSocket } = require('ws') as typeof import('ws');
const { RealtimeAgent, RealtimeSession, OpenAIRealtimeWebSocket, tool } =
  require('@openai/agents/realtime') as typeof import('@openai/agents/realtime');

let server: FakeSockets;

beforeAll(async () => {
  server = await startFakeSockets();
});
afterAll(() => server.close());

test('a voice session of the Agents SDK: its turns, and what a tool does inside', async () => {
  const weather = tool({
    name: 'get_weather',
    description: 'The weather',
    parameters: z.object({ city: z.string() }),
    execute: async ({ city }: { city: string }) =>
      tracer.startActiveSpan('weather service', (span) => {
        span.end();
        return `sunny in ${city}`;
      }),
  });
  const agent = new RealtimeAgent({ name: 'guide', instructions: 'Be kind.', tools: [weather] });
  const url = `${server.url.replace('https', 'wss')}/realtime?model=gpt-realtime`;
  let socket: InstanceType<typeof WebSocket> | undefined;
  const transport = new OpenAIRealtimeWebSocket({
    createWebSocket: async ({ apiKey }) => {
      socket = new WebSocket(url, { ca: server.ca, headers: { Authorization: `Bearer ${apiKey}` } });
      return socket as never;
    },
  });
  const session = new RealtimeSession(agent, { transport, model: 'gpt-realtime' });
  const errors: unknown[] = [];
  session.on('error', ({ error }) => errors.push(error));
  await session.connect({ apiKey: 'sk-test' });
  session.sendMessage('What is the weather in Paris?');
  let turns = 0;
  await new Promise<void>((resolve) => {
    session.transport.on('*', ({ type }: { type: string }) => {
      if (type === 'response.done' && ++turns === 2) resolve();
    });
  });
  const closed = new Promise<void>((resolve) => socket?.once('close', () => resolve()));
  session.close();
  await closed;

  expect(errors).toEqual([]);
  const spans = telemetry.spans();
  const parents = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  const tree = spans.map(({ name, parentSpanContext }) => [name, parents.get(String(parentSpanContext?.spanId))]);
  const inSession = 'realtime_session gpt-realtime';
  expect(tree.sort()).toEqual([
    ['chat gpt-realtime', inSession],
    ['chat gpt-realtime', inSession],
    [inSession, undefined],
    ['weather service', inSession],
  ]);
  const [call, answer] = spans.filter(({ name }) => name.startsWith('chat'));
  expect(call?.attributes['gen_ai.response.finish_reasons']).toEqual(['tool_calls']);
  expect(JSON.stringify(call?.attributes['gen_ai.input.messages'])).toContain('the weather in Paris');
  expect(answer?.attributes).toMatchObject({
    'gen_ai.usage.output_tokens': expect.any(Number),
    'llm.stream.end_reason': 'completed',
  });
  expect(spans.find(({ name }) => name === inSession)?.attributes).toMatchObject({
    'http.response.status_code': 101,
    'server.address': '127.0.0.1',
  });
});
