import { context, propagation } from '@opentelemetry/api';
import OpenAI from 'openai';
import type { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { eventsOf, json, type Span, Telemetry } from '../support/telemetry.js';
import { importSnippets } from './snippets.js';

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
let telemetry: Telemetry;
let snippets: Awaited<ReturnType<typeof importSnippets>>;
let openai: OpenAI;
const tested = new Set<string>();

beforeAll(async () => {
  api = await startFakeOpenAI();
  process.env.OPENAI_API_KEY = 'sk-pretend';
  process.env.OPENAI_BASE_URL = api.url;
  snippets = await importSnippets('docs/recipes.md');
  // The tests use the options of each block on one instance.
  for (const { instrumentation } of snippets.values())
    (instrumentation as OpenAIInstrumentation | undefined)?.disable();
  telemetry = new Telemetry();
  telemetry.instrumentation.manuallyInstrument(OpenAI);
  openai = new OpenAI();
});
afterAll(() => api.close());
beforeEach(() => telemetry.reset());

function snippet(name: string): Record<string, unknown> {
  tested.add(name);
  const found = snippets.get(name);
  if (!found) throw new Error(`docs/recipes.md has no block ${name}`);
  return found;
}

async function use(name: string): Promise<Record<string, unknown>> {
  const exports = snippet(name);
  await telemetry.reset({ ...(exports.instrumentation as OpenAIInstrumentation).getConfig(), enabled: true });
  return exports;
}

async function ask(question: string, more: object = {}): Promise<Span> {
  await openai.chat.completions.create({
    model: 'gpt-4.1-mini',
    messages: [{ role: 'user', content: question }],
    ...more,
  });
  return telemetry.span();
}

describe('docs/recipes.md', () => {
  it('content', async () => {
    await use('telemetry: content');
    const span = await ask('Say hello.');
    expect(json(span, 'gen_ai.input.messages')).toMatchObject([{ parts: [{ content: 'Say hello.' }] }]);
    const stream = await openai.chat.completions.create({
      model: 'gpt-4.1-mini',
      stream: true,
      messages: [{ role: 'user', content: 'Say hello.' }],
    });
    for await (const _ of stream);
    expect(json(telemetry.span(), 'gen_ai.output.messages')).toMatchObject([{ role: 'assistant' }]);
  });

  it('content in development', async () => {
    const { instrumentation } = snippet('telemetry: content in development');
    expect((instrumentation as OpenAIInstrumentation).getConfig()).toMatchObject({ captureMessageContent: 'span' });
  });

  it('redaction', async () => {
    await use('telemetry: redaction');
    const span = await ask('Write to ann.lee+work@mail.example.org, please.');
    expect(JSON.stringify(span.attributes)).not.toContain('ann.lee');
    expect(json(span, 'gen_ai.input.messages')).toMatchObject([{ parts: [{ content: 'Write to [email], please.' }] }]);
  });

  it('answers only', async () => {
    await use('telemetry: answers only');
    const span = await ask('Say hello.');
    expect(span.attributes).not.toHaveProperty('gen_ai.input.messages');
    expect(json(span, 'gen_ai.output.messages')).toHaveLength(1);
  });

  it('upload', async () => {
    const { uploads } = await use('telemetry: upload');
    const span = await ask('Say hello.');
    const { traceId, spanId } = span.spanContext();
    expect(span.attributes).toMatchObject({ 'app.content_reference': `${traceId}/${spanId}.json` });
    expect(span.attributes).not.toHaveProperty('gen_ai.input.messages');
    expect((uploads as Map<string, string>).get(`${traceId}/${spanId}.json`)).toContain('Say hello.');
  });

  it('user and session', async () => {
    const { answer } = snippet('application: user and session');
    await (answer as (chat: object, question: string) => Promise<unknown>)({ id: 'chat-1', userId: 'ann' }, 'Hello?');
    expect(telemetry.span().attributes).toMatchObject({
      'gen_ai.conversation.id': 'chat-1',
      'user.id': 'ann',
      'app.tags': ['beta'],
    });
  });

  it('metadata', async () => {
    await use('telemetry: metadata');
    expect((await ask('Hello?', { metadata: { team: 'search' } })).attributes).toMatchObject({
      'app.metadata.team': 'search',
    });
    expect((await ask('Hello?')).attributes).not.toHaveProperty('app.metadata.team');
  });

  it('baggage', async () => {
    await use('telemetry: baggage');
    const baggage = propagation.createBaggage({ 'user.id': { value: 'ann' } });
    const span = await context.with(propagation.setBaggage(context.active(), baggage), () => ask('Hello?'));
    expect(span.attributes).toMatchObject({ 'user.id': 'ann' });
  });

  it('off for one call', async () => {
    const { untraced } = snippet('application: off for one call');
    await (untraced as (question: string) => Promise<unknown>)('Hello?');
    expect(telemetry.spans()).toEqual([]);
  });

  it('ignore', async () => {
    await use('telemetry: ignore');
    await openai.chat.completions.create({
      model: 'gpt-4.1-mini',
      messages: [{ role: 'user', content: 'Hello?' }],
      metadata: { trace: 'off' },
    });
    await openai.moderations.create({ input: 'Hello?' });
    expect(telemetry.spans()).toEqual([]);
    await ask('Hello?');
  });

  it('cost', async () => {
    await use('telemetry: cost');
    const span = await ask('Hello?');
    const { 'gen_ai.usage.input_tokens': input, 'gen_ai.usage.output_tokens': output } = span.attributes;
    expect(span.attributes['app.cost_usd']).toBeCloseTo((Number(input) * 0.4 + Number(output) * 1.6) / 1e6, 12);
    expect(eventsOf(span, 'exception')).toEqual([]);
  });

  it('runs every block', () => {
    expect([...tested].sort()).toEqual([...snippets.keys()].sort());
  });
});
