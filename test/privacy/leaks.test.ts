import { inspect } from 'node:util';
import OpenAI, { toFile } from 'openai';
import type { Content, OpenAIInstrumentationConfig } from 'opentelemetry-instrumentation-openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { operations } from '../../src/operations/index.js';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { type LogRecord, type Span, Telemetry } from '../support/telemetry.js';
import { exchanges, methodOf, PRIVATE, SAID } from './exchanges.js';

const KEY = 'sk-canary-key-55d0';
const QUERY = 'canary-query-c4e8';

/** Where captured content goes (telemetry.md, "Content" and "Span events"). */
const CONTENT = new Set([
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.tool.definitions',
]);
const CHOICE_CONTENT = new Set([
  'llm.choice.content',
  'llm.choice.refusal',
  'llm.choice.reasoning',
  'llm.choice.tool_calls',
]);

const telemetry = new Telemetry();

/** SDK 6 has no `decisions`: a client class that has, so that every operation of the table is called. */
class LaterOpenAI extends OpenAI {
  static override OpenAI = LaterOpenAI;
  static Decisions = class Decisions {
    readonly _client: OpenAI;
    constructor(client: OpenAI) {
      this._client = client;
    }
    create(body: object, options?: object) {
      return this._client.post('/decisions', { body, ...options });
    }
  };
  decisions = new LaterOpenAI.Decisions(this);
}
telemetry.instrumentation.manuallyInstrument(LaterOpenAI);

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
let file: File;

beforeAll(async () => {
  api = await startFakeOpenAI();
  file = (await toFile(Buffer.from(SAID), `${PRIVATE}.wav`)) as File;
});
beforeEach(() => telemetry.reset());
afterAll(() => api.close());

const client = (baseURL: string) =>
  new LaterOpenAI({
    apiKey: KEY,
    organization: PRIVATE,
    baseURL,
    maxRetries: 0,
    logLevel: 'off',
    defaultQuery: { token: QUERY },
    defaultHeaders: { 'x-tenant': PRIVATE },
  });

/** Calls a method and reads all that comes. Failures are the application's to see. */
async function exchange(name: string, { stream = false, baseURL = api.url } = {}): Promise<void> {
  const [first, second, ...rest] = exchanges[name]?.args(file) ?? [];
  const params = typeof first === 'object' ? first : second;
  const streaming = stream ? { ...Object(params), stream: true } : params;
  const args = typeof first === 'object' ? [streaming] : [first, streaming, ...rest];
  const method = methodOf(client(baseURL), name);
  if (!method) throw new Error(`the SDK has no ${name}`);
  try {
    const result = await method(...args);
    if (typeof Object(result)[Symbol.asyncIterator] !== 'function') return;
    for await (const _ of result as AsyncIterable<unknown>);
  } catch {
    // What the span says of it is what counts.
  }
}

const FAILURES = ['status-400', 'status-500-html', 'not-json', 'drop', 'drop-after-2', 'sse-error-after-2'];

/** An answer, a stream, an inspected stream, and their failures: how many calls that is. */
async function everything(name: string, config: OpenAIInstrumentationConfig, failures: string[]): Promise<number> {
  const ways = exchanges[name]?.streams ? [false, true] : [false];
  for (const inspectStreams of [false, true]) {
    telemetry.instrumentation.setConfig({ ...config, inspectStreams });
    for (const stream of ways) {
      await exchange(name, { stream });
      for (const scenario of failures) await exchange(name, { stream, baseURL: api.scenario(scenario) });
    }
  }
  await exchange(name, { baseURL: `${api.url}?key=${QUERY}` });
  return 2 * ways.length * (1 + failures.length) + 1;
}

interface Emitted {
  spans: Span[];
  logs: LogRecord[];
  /** All as text, without the fields of captured content. */
  elsewhere: string;
  /** All that captured content is recorded in. */
  content: string;
}

async function emitted(): Promise<Emitted> {
  const spans = telemetry.spans();
  const logs = telemetry.logs();
  const found: unknown[] = [];
  const part = (fields: Record<string, unknown> | undefined, names: Set<string>) =>
    Object.fromEntries(
      Object.entries(fields ?? {}).filter(([name, value]) => {
        if (names.has(name)) found.push(value);
        return !names.has(name);
      }),
    );
  const rest = [
    spans.map(({ attributes, events, status, name, links, resource }) => ({
      name,
      status,
      links,
      resource: resource.attributes,
      attributes: part(attributes, CONTENT),
      events: events.map((event) => [event.name, part(event.attributes, CHOICE_CONTENT)]),
    })),
    logs.map(({ body, eventName, attributes }) => ({ body, eventName, attributes: part(attributes, CONTENT) })),
    await telemetry.metrics(),
    telemetry.diagLines,
  ];
  return { spans, logs, elsewhere: show(rest), content: show(found) };
}

/** With what `JSON.stringify` leaves out: errors and their causes. */
function show(value: unknown): string {
  return inspect(value, {
    depth: Number.POSITIVE_INFINITY,
    maxArrayLength: Number.POSITIVE_INFINITY,
    maxStringLength: Number.POSITIVE_INFINITY,
  });
}

function expectNoSecrets(text: string): void {
  for (const secret of [PRIVATE, KEY, QUERY]) expect(text).not.toContain(secret);
}

it('there is an exchange for every operation of the table', () => {
  expect(Object.keys(exchanges).sort()).toEqual(
    operations.map(({ resource, method }) => `${resource}.${method}`).sort(),
  );
});

describe.each(Object.entries(exchanges))('%s', (name, { says }) => {
  it('tells nothing of what was said by default', async () => {
    const calls = await everything(name, {}, FAILURES);

    const { spans, logs, elsewhere, content } = await emitted();
    expect(spans).toHaveLength(calls);
    expect(logs).toEqual([]);
    expect(elsewhere + content).not.toContain(SAID);
    expectNoSecrets(elsewhere + content);
    expect(telemetry.said('error')).toEqual([]);
  });

  it.each(['span', 'event', 'span_and_event'] as const)('in mode %s, where it is said to', async (mode) => {
    const config = { captureMessageContent: mode, captureMedia: true };
    const calls = await everything(name, config, mode === 'span_and_event' ? FAILURES : []);

    const { spans, logs, elsewhere, content } = await emitted();
    expect(spans).toHaveLength(calls);
    expect(logs).toHaveLength(mode === 'span' ? 0 : calls);
    if (says) expect(content).toContain(SAID);
    expect(elsewhere).not.toContain(SAID);
    expectNoSecrets(elsewhere + content);
    if (mode === 'event') expect(show(spans.map((span) => [span.attributes, span.events]))).not.toContain(SAID);
    expect(telemetry.said('error')).toEqual([]);
  });

  it('nothing where the hook drops it, however it does', async () => {
    const hooks: (() => Content | undefined)[] = [
      () => undefined,
      () => ({}),
      () => {
        throw new Error('dropped');
      },
    ];
    for (const contentHook of hooks) {
      const calls = await everything(name, { captureMessageContent: 'span_and_event', contentHook }, ['status-400']);
      const { spans, elsewhere, content } = await emitted();
      expect(spans).toHaveLength(calls);
      expect(elsewhere + content).not.toContain(SAID);
      expectNoSecrets(elsewhere + content);
    }
  });
});

describe('secrets that errors quote', () => {
  it.each([
    ['an API key with a line break', { apiKey: `${KEY}\n${PRIVATE}` }],
    ['a header with a line break', { defaultHeaders: { 'x-key': `${PRIVATE}\n${KEY}` } }],
    ['a base URL that is none', { baseURL: `nowhere?key=${QUERY}` }],
    ['a base URL with a password', { baseURL: `http://${PRIVATE}:${KEY}@127.0.0.1:1/v1?key=${QUERY}` }],
  ])('%s', async (_, options) => {
    const openai = new LaterOpenAI({ apiKey: 'sk-test', baseURL: api.url, maxRetries: 0, ...options });
    await expect(openai.chat.completions.create({ model: 'gpt-4o', messages: [] })).rejects.toThrow();

    const { spans, elsewhere, content } = await emitted();
    expect(spans[0]?.status.code).toBe(2);
    expectNoSecrets(elsewhere + content);
  });

  it('an answer that is not the JSON it should be', async () => {
    const zod = {
      type: 'json_schema',
      json_schema: { name: 'a', schema: {} },
      $brand: 'auto-parseable-response-format',
    };
    const format = { ...zod, $parseRaw: (text: string) => JSON.parse(`${SAID} ${text}`) };
    Object.defineProperty(format, '$brand', { value: 'auto-parseable-response-format', enumerable: false });
    await expect(
      client(api.url).chat.completions.parse({
        model: 'gpt-4o',
        messages: [{ role: 'user', content: SAID }],
        response_format: format as never,
      }),
    ).rejects.toThrow(SyntaxError);

    const { elsewhere, content } = await emitted();
    expect(elsewhere).toContain('is not valid JSON');
    expect(elsewhere + content).not.toContain(SAID.slice(0, 6));
  });
});

it('what the API quotes in its own error message is recorded as the API said it', async () => {
  const fetch = async () =>
    new Response(
      JSON.stringify({ error: { message: `Unsupported content: ${SAID}`, type: 'invalid_request_error' } }),
      {
        status: 400,
      },
    );
  const openai = new LaterOpenAI({ apiKey: KEY, maxRetries: 0, fetch });
  await expect(openai.chat.completions.create({ model: 'gpt-4o', messages: [] })).rejects.toThrow(SAID);
  expect(telemetry.span().status.message).toBe(`400 Unsupported content: ${SAID}`);
});
