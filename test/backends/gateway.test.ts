import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sayToChatbot } from '../examples/chatbot.js';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';
import { findCollector, startGateway } from './gateway.js';
import { findJaeger, type JaegerTrace, startJaeger, tagsOf } from './jaeger.js';
import { eventually, findCommand, run, titleOf } from './program.js';

const collector = await findCollector();
const jaegerFound = await findJaeger();
const found = collector && jaegerFound ? `${collector}, in front of ${jaegerFound}` : undefined;

const written = (value: unknown) => inspect(value, { depth: null, maxArrayLength: null, maxStringLength: null });
const SAID = /list my tasks|buy milk/;
const CAPTURE = {
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_ONLY',
  CHATBOT_INSPECT_STREAMS: 'true',
  OTEL_LOGS_EXPORTER: 'none',
  // Without that of the process: its command line has what the test says.
  OTEL_NODE_RESOURCE_DETECTORS: 'env,serviceinstance',
};

describe.skipIf(!found)(titleOf('The gateway of examples/production', found, 'Collector with a Jaeger'), () => {
  let kept: JaegerTrace[];
  let scraped: string;
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    const jaeger = await startJaeger(jaegerFound ?? '');
    closers.push(jaeger.stop);
    const gateway = await startGateway(collector ?? '', jaeger.otlp, { KEEP_PERCENT: '0' });
    closers.push(gateway.stop);
    const api = await startFakeOpenAI();
    closers.push(api.close);
    const say = (message: string, env: Record<string, string>) =>
      sayToChatbot([message], { ...CAPTURE, OTEL_EXPORTER_OTLP_ENDPOINT: gateway.otlp, ...env });

    await say('hi', {});
    await say('hi', { CHATBOT_MODEL: 'gpt-overloaded' });
    // Two calls of three seconds are a slow trace.
    await say('list my tasks', { OPENAI_API_KEY: 'sk-slow', OPENAI_BASE_URL: api.scenario('delay-3000') });
    kept = await eventually(
      () => jaeger.traces('chatbot'),
      ({ length }) => length >= 2,
    );
    scraped = await (await fetch(`http://${gateway.metrics}/metrics`)).text();
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  it('keeps errors and what is slow, whole, and nothing else', () => {
    const names = kept.map(({ spans }) => spans.map(({ operationName }) => operationName).sort());
    expect(names.sort(({ length: a }, { length: b }) => a - b)).toEqual([
      ['POST', 'POST', 'POST', 'chat gpt-overloaded', 'invoke_agent todo-assistant'],
      [
        'GET',
        'POST',
        'POST',
        'chat gpt-4.1-mini',
        'chat gpt-4.1-mini',
        'execute_tool list_tasks',
        'invoke_agent todo-assistant',
      ],
    ]);
  });

  it('takes out what was said, in attributes and events, and leaves the rest', async () => {
    const receiver = await startOtlpReceiver();
    await sayToChatbot(['list my tasks'], { ...CAPTURE, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    await receiver.close();
    const said = receiver.spans.filter((span) => SAID.test(written(span)));
    expect(said.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['chat gpt-4.1-mini', 'execute_tool list_tasks']),
    );
    expect(written(said.map(({ events }) => events))).toMatch(SAID);

    expect(written(kept)).not.toMatch(SAID);
    const chats = kept
      .flatMap(({ spans }) => spans)
      .filter(({ operationName }) => operationName === 'chat gpt-4.1-mini');
    expect(chats).toHaveLength(2);
    for (const chat of chats) {
      expect(tagsOf(chat)).toMatchObject({
        'gen_ai.usage.output_tokens': expect.any(Number),
        'gen_ai.conversation.id': expect.any(String),
      });
    }
  });

  it('hands metrics on, of all calls, those without a trace included', () => {
    const counts = scraped.match(/^gen_ai_client_operation_duration_seconds_count\{.*job="chatbot".*\} \d+$/gm) ?? [];
    const total = counts.map((line) => Number(line.split(' ').at(-1))).reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThanOrEqual(2);
    expect(scraped).toMatch(/error_type="InternalServerError"/);
    expect(scraped).toContain('gen_ai_client_operation_time_to_first_chunk_seconds_bucket');
    expect(scraped).toContain('gen_ai_client_token_usage_sum');
  });
});

const contrib = await findCommand('COLLECTOR_BIN', 'otelcol-contrib');

it.skipIf(!contrib)(titleOf('The balancer of examples/production is valid', contrib, 'otelcol-contrib'), async () => {
  const config = fileURLToPath(new URL('../../examples/production/balancer.yaml', import.meta.url));
  expect(await run(contrib ?? '', ['validate', '--config', config])).toBeDefined();
});
