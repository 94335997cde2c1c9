import { readFileSync } from 'node:fs';
import { SpanStatusCode } from '@opentelemetry/api';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Servers } from '../../src/calls/server.js';
import { listen } from '../support/http-server.mjs';
import { Recorder } from '../support/recorder.js';
import { type Provider, providers } from './providers.js';

const recorder = new Recorder({ captureMessageContent: 'span', inspectStreams: true });
recorder.instrumentation.manuallyInstrument(OpenAI);

/** What the server answers: a body, or the chunks of a stream. */
let answer: object | object[] = {};
let server: Awaited<ReturnType<typeof listen>>;
let client: OpenAI;

beforeAll(async () => {
  server = await listen(
    (_, response) => {
      const chunks = Array.isArray(answer) ? answer : undefined;
      response.setHeader('content-type', chunks ? 'text/event-stream' : 'application/json');
      const events = chunks?.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
      response.end(events === undefined ? JSON.stringify(answer) : `${events}data: [DONE]\n\n`);
    },
    { port: 0 },
  );
  client = new OpenAI({ apiKey: 'k', baseURL: server.origin, maxRetries: 0 });
});
afterAll(() => server.close());

/** One call, and its span. */
async function span(body: object | object[]) {
  answer = body;
  const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };
  if (Array.isArray(body)) {
    const read = async () => {
      for await (const _ of await client.chat.completions.create({ ...params, stream: true }));
    };
    await read().catch(() => {});
  } else {
    await client.chat.completions.create(params);
  }
  const { status, attributes } = recorder.takeOne();
  const [message] = JSON.parse(String(attributes['gen_ai.output.messages'] ?? '[]'));
  return { status, attributes, parts: (message?.parts ?? []) as { type: string }[] };
}

type Path = string | undefined;

/** Puts a value where a path leads, making lists for numbers. */
function put(target: object, path: Path, value: unknown): void {
  if (path === undefined) return;
  const keys = path.split('.');
  let at = target as Record<string, unknown>;
  keys.forEach((key, i) => {
    const next = keys[i + 1];
    if (next === undefined) at[key] = value;
    else at[key] ??= /^\d+$/.test(next) ? [] : {};
    at = at[key] as Record<string, unknown>;
  });
}

const REASONING = 'Let me think.';
const CALLS = [
  { id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
  { id: 'call_b', type: 'function', function: { name: 'get_time', arguments: '{"zone":"UTC"}' } },
];

function putUsage(body: object, usage: string, { cached, reasoningTokens, cost }: Provider): void {
  put(body, usage, { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 });
  put(body, cached, 80);
  put(body, reasoningTokens, 12);
  put(body, cost, 0.0042);
}

/** A part of `content`, if the reasoning is one of them. */
function answerText({ reasoning }: Provider): unknown {
  return reasoning?.includes('.content.') ? [{ type: 'thinking' }, { type: 'text', text: 'Done.' }] : 'Done.';
}

function whole(provider: Provider): object {
  const message = { role: 'assistant', content: answerText(provider), tool_calls: CALLS };
  const body = {
    id: 'c',
    object: 'chat.completion',
    model: 'm-1',
    choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
  };
  put(body, provider.reasoning, REASONING);
  // Only streams have usage in places of their own.
  const plain = (path: Path) => path?.replace(/^(x_groq|choices\.0)\./, '');
  putUsage(body, 'usage', {
    ...provider,
    cached: plain(provider.cached),
    reasoningTokens: plain(provider.reasoningTokens),
  } as Provider);
  return body;
}

function streamed(provider: Provider): object[] {
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    id: 'c',
    object: 'chat.completion.chunk',
    model: 'm-1',
    choices: [{ index: 0, delta, finish_reason }],
  });
  const thinking = chunk({ role: 'assistant' });
  if (provider.reasoning?.includes('.content.')) put(thinking, 'choices.0.delta.content.0.type', 'thinking');
  put(thinking, provider.reasoning?.replace('.message.', '.delta.'), REASONING);
  const numbered = provider.tools === 'index';
  const calls = CALLS.map((call, index) => chunk({ tool_calls: [numbered ? { index, ...call } : call] }));
  const last = chunk({}, 'tool_calls');
  putUsage(last, provider.usage, provider);
  return [thinking, chunk({ content: 'Done.' }), ...calls, last];
}

function expectAll(provider: Provider, { status, attributes, parts }: Awaited<ReturnType<typeof span>>): void {
  expect(status.code).toBe(SpanStatusCode.UNSET);
  expect(attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 20 });
  expect(attributes['gen_ai.usage.cache_read.input_tokens']).toBe(provider.cached && 80);
  expect(attributes['gen_ai.usage.reasoning.output_tokens']).toBe(provider.reasoningTokens && 12);
  expect(attributes['gen_ai.usage.cost']).toBe(provider.cost && 0.0042);
  expect(parts).toEqual([
    ...(provider.reasoning ? [{ type: 'reasoning', content: REASONING }] : []),
    { type: 'text', content: 'Done.' },
    { type: 'tool_call', id: 'call_a', name: 'get_weather', arguments: { city: 'Paris' } },
    { type: 'tool_call', id: 'call_b', name: 'get_time', arguments: { zone: 'UTC' } },
  ]);
}

describe.each(providers)('$name', (provider) => {
  it('is known by its base URL', () => {
    const { baseURL } = provider;
    expect(new Servers().of({ baseURL }, undefined, () => {}).provider).toBe(provider.provider);
  });

  it('is read whole', async () => {
    expectAll(provider, await span(whole(provider)));
  });

  it('is read streamed', async () => {
    expectAll(provider, await span(streamed(provider)));
  });

  it.skipIf(!provider.error)('fails with an error in an answer of status 200', async () => {
    const failed: object = { choices: [{ index: 0, message: {}, delta: {}, finish_reason: null }] };
    const error = provider.error === 'x_groq.error' ? 'Upstream failed' : { message: 'Upstream failed', code: 502 };
    put(failed, provider.error, error);
    for (const body of [failed, [failed]]) {
      const { status, attributes } = await span(body);
      expect(status).toEqual({ code: SpanStatusCode.ERROR, message: 'Upstream failed' });
      expect(attributes['llm.error.code']).toBe(typeof error === 'string' ? undefined : '502');
    }
  });
});

describe('docs/providers.md', () => {
  const page = readFileSync(new URL('../../docs/providers.md', import.meta.url), 'utf8');
  const code = (path: Path) => (path === undefined ? '–' : `\`${path}\``);

  it.each(providers)('has the row of $name', (provider) => {
    const { name, usage, cached, cost, reasoning, reasoningTokens, tools, error, sources } = provider;
    const both = [usage, cost].filter((path) => path !== undefined).map(code);
    const thoughts = [reasoning, reasoningTokens].filter((path) => path !== undefined).map(code);
    const cells = [
      `${name}: \`${provider.provider}\``,
      both.join(', '),
      code(cached),
      thoughts.join(', ') || '–',
      code(tools),
      code(error),
      sources.map((source, i) => `[${i + 1}](${source})`).join(', '),
    ];
    expect(page).toContain(`| ${cells.join(' | ')} |`);
  });

  it('has no other rows', () => {
    expect(page.match(/^\| (?!Provider:)[^|]+: `/gm)).toHaveLength(providers.length);
  });
});
