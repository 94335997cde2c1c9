import { context } from '@opentelemetry/api';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { core } from '../support/otel.mjs';
import { type Metric, Telemetry } from '../support/telemetry.js';

const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

const hello = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Say hello to Ada' }] };

const telemetry = new Telemetry();
telemetry.instrumentation.manuallyInstrument(OpenAI);
let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
let openai: OpenAI;
let server: Record<string, unknown>;

beforeAll(async () => {
  api = await startFakeOpenAI();
  openai = new OpenAI({ apiKey: 'sk-test', baseURL: api.url, maxRetries: 0 });
  server = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(api.url).port),
  };
});
beforeEach(() => telemetry.reset());
afterAll(() => api.close());

const ask = (scenario?: string) =>
  openai.withOptions({ baseURL: scenario ? api.scenario(scenario) : api.url }).chat.completions.create(hello);

async function askStreaming(scenario?: string, options = {}) {
  const client = openai.withOptions({ baseURL: scenario ? api.scenario(scenario) : api.url });
  const stream = await client.chat.completions.create({ ...hello, ...options, stream: true });
  let chunks = 0;
  for await (const _ of stream) chunks++;
  return chunks;
}

const byName = (all: Metric[]) => Object.fromEntries(all.map((metric) => [metric.name, metric]));

describe('metrics', () => {
  it('of a call: its duration and tokens', async () => {
    await ask();

    const answered = {
      ...server,
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'openai.response.service_tier': 'default',
      'openai.response.system_fingerprint': 'fp_fake000001',
    };
    expect(await telemetry.metrics()).toEqual([
      {
        name: 'gen_ai.client.operation.duration',
        unit: 's',
        boundaries: SECONDS,
        points: [{ attributes: answered, count: 1, sum: expect.closeTo(0, 0) }],
      },
      {
        name: 'gen_ai.client.token.usage',
        unit: '{token}',
        boundaries: TOKENS,
        points: [
          { attributes: { ...answered, 'gen_ai.token.type': 'input' }, count: 1, sum: 4 },
          { attributes: { ...answered, 'gen_ai.token.type': 'output' }, count: 1, sum: 6 },
        ],
      },
    ]);
  });

  it('of a stream: told apart, with its chunks if they are asked for', async () => {
    await telemetry.reset({ chunkMetrics: true });
    const chunks = await askStreaming();

    const streamed = { ...server, 'gen_ai.request.stream': true };
    const all = byName(await telemetry.metrics());
    const chunkPoints = (count: number) => [{ attributes: streamed, count, sum: expect.any(Number) }];
    expect(all).toEqual({
      'gen_ai.client.operation.duration': expect.objectContaining({ unit: 's', points: chunkPoints(1) }),
      'gen_ai.client.operation.time_to_first_chunk': {
        name: 'gen_ai.client.operation.time_to_first_chunk',
        unit: 's',
        boundaries: SECONDS,
        points: chunkPoints(1),
      },
      'gen_ai.client.operation.time_per_output_chunk': {
        name: 'gen_ai.client.operation.time_per_output_chunk',
        unit: 's',
        boundaries: SECONDS,
        points: chunkPoints(chunks - 1),
      },
    });
    const sum = (name: string) => all[name]?.points[0]?.sum ?? Number.NaN;
    const [span] = telemetry.spans();
    expect(sum('gen_ai.client.operation.time_to_first_chunk')).toBe(
      span?.attributes['gen_ai.response.time_to_first_chunk'],
    );
    expect(
      sum('gen_ai.client.operation.time_to_first_chunk') + sum('gen_ai.client.operation.time_per_output_chunk'),
    ).toBeLessThanOrEqual(sum('gen_ai.client.operation.duration'));
  });

  it('of a stream: one record for its first chunk, none for the others by default', async () => {
    await askStreaming();
    expect((await telemetry.metrics()).map(({ name, points }) => [name, points.map(({ count }) => count)])).toEqual([
      ['gen_ai.client.operation.duration', [1]],
      ['gen_ai.client.operation.time_to_first_chunk', [1]],
    ]);
  });

  it('of an inspected stream: its tokens and response model too', async () => {
    await telemetry.reset({ inspectStreams: true });
    await askStreaming(undefined, { stream_options: { include_usage: true } });

    const all = byName(await telemetry.metrics());
    expect(all['gen_ai.client.operation.duration']?.points[0]?.attributes).toEqual({
      ...server,
      'gen_ai.request.stream': true,
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'openai.response.service_tier': 'default',
      'openai.response.system_fingerprint': 'fp_fake000001',
    });
    expect(all['gen_ai.client.operation.time_to_first_chunk']?.points[0]?.attributes).toEqual({
      ...server,
      'gen_ai.request.stream': true,
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
    });
    expect(all['gen_ai.client.token.usage']?.points.map(({ sum }) => sum)).toEqual([4, 6]);
  });

  it('count failures, by the kind of error', async () => {
    await expect(ask('status-429')).rejects.toThrow();
    await expect(ask('status-429')).rejects.toThrow();
    await expect(askStreaming('drop-after-3')).rejects.toThrow();

    const all = byName(await telemetry.metrics());
    const points = all['gen_ai.client.operation.duration']?.points ?? [];
    expect(points.map(({ attributes, count }) => [attributes['error.type'], count])).toEqual([
      ['RateLimitError', 2],
      [telemetry.spans().at(-1)?.attributes['error.type'], 1],
    ]);
    expect(all).not.toHaveProperty(['gen_ai.client.token.usage']);
  });

  it('count calls whose spans are not sampled', async () => {
    telemetry.sampled = false;
    await telemetry.reset({ inspectStreams: true });
    telemetry.sampled = false;
    await ask();
    await askStreaming(undefined, { stream_options: { include_usage: true } });
    await expect(ask('status-400')).rejects.toThrow();

    expect(telemetry.spans()).toEqual([]);
    const all = byName(await telemetry.metrics());
    expect(all['gen_ai.client.operation.duration']?.points.map(({ count }) => count)).toEqual([1, 1, 1]);
    expect(all['gen_ai.client.token.usage']?.points.map(({ sum }) => sum)).toEqual([4, 6, 4, 6]);
  });

  it('have the names of the later draft if asked to, and no others', async () => {
    await telemetry.reset({ metricNames: 'inference', chunkMetrics: true });
    await ask();
    await askStreaming();

    const all = await telemetry.metrics();
    const histogram = (name: string, unit: string, boundaries: number[]) => [name, { unit, boundaries }];
    const counter = (name: string) => [name, { unit: '{token}', boundaries: [] }];
    expect(Object.fromEntries(all.map(({ name, unit, boundaries }) => [name, { unit, boundaries }]))).toEqual(
      Object.fromEntries([
        histogram('gen_ai.client.inference.duration', 's', SECONDS),
        histogram('gen_ai.client.inference.operation.input_tokens', '{token}', TOKENS),
        histogram('gen_ai.client.inference.operation.output_tokens', '{token}', TOKENS),
        histogram('gen_ai.client.inference.time_to_first_chunk', 's', SECONDS),
        histogram('gen_ai.client.inference.time_per_output_chunk', 's', SECONDS),
        counter('gen_ai.client.inference.usage.input_tokens'),
        counter('gen_ai.client.inference.usage.output_tokens'),
      ]),
    );
    for (const { points } of all) {
      for (const { attributes } of points) expect(attributes).not.toHaveProperty(['gen_ai.token.type']);
    }
  });

  it.each([true, false])(
    'of a tool that the SDK runs: its duration, whether it is sampled or not: %s',
    async (sampled) => {
      class Overdrawn extends Error {
        override name = 'Overdrawn';
      }
      const run = async (fn: () => string) => {
        const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
        const tool = { name: 'get_weather', description: 'The weather', parameters, function: fn };
        const messages = [{ role: 'user' as const, content: 'What is the weather in Paris?' }];
        const runner = openai.chat.completions.runTools({
          model: 'gpt-4o-mini',
          messages,
          tools: [{ type: 'function', function: tool }],
        });
        await runner.done().catch(() => {});
      };
      telemetry.sampled = sampled;
      await run(() => 'Sunny');
      await run(() => {
        throw new Overdrawn('No');
      });
      await run(() => {
        throw new TypeError('No');
      });

      const tools = (await telemetry.metrics()).find(({ name }) => name === 'gen_ai.execute_tool.duration');
      const tool = { 'gen_ai.tool.name': 'get_weather', 'gen_ai.tool.type': 'function' };
      expect(tools).toEqual({
        name: 'gen_ai.execute_tool.duration',
        unit: 's',
        boundaries: SECONDS,
        points: [tool, { ...tool, 'error.type': '_OTHER' }, { ...tool, 'error.type': 'TypeError' }].map(
          (attributes) => ({
            attributes,
            count: 1,
            sum: expect.any(Number),
          }),
        ),
      });
      const failed = telemetry.spans().filter(({ attributes }) => attributes['error.type'] === 'Overdrawn');
      expect(failed).toHaveLength(sampled ? 1 : 0);
    },
  );

  it('carry none of the attributes of withAttributes: they would be too many', async () => {
    const { withAttributes } = await import('opentelemetry-instrumentation-openai');
    await withAttributes({ 'gen_ai.conversation.id': 'chat-1' }, () => ask());
    const [duration] = await telemetry.metrics();
    expect(duration?.points[0]?.attributes).not.toHaveProperty(['gen_ai.conversation.id']);
  });

  it('say nothing of a stream that nobody read, whose length is not known', async () => {
    await openai.chat.completions.create({ ...hello, stream: true });
    telemetry.instrumentation.disable();
    telemetry.instrumentation.enable();

    expect(telemetry.span().attributes['llm.stream.end_reason']).toBe('abandoned');
    expect(await telemetry.metrics()).toEqual([]);
  });
});

it('nothing at all is emitted under suppressTracing', async () => {
  await telemetry.reset({ captureMessageContent: 'span_and_event', inspectStreams: true });
  await context.with(core.suppressTracing(context.active()), async () => {
    await ask();
    await askStreaming();
    await expect(ask('status-400')).rejects.toThrow();
  });

  expect(telemetry.spans()).toEqual([]);
  expect(telemetry.logs()).toEqual([]);
  expect(await telemetry.metrics()).toEqual([]);
});
