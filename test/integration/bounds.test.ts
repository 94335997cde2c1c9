import OpenAI from 'openai';
import { beforeEach, describe, expect, it } from 'vitest';
import { otlpSize as size } from '../support/otlp-size.js';
import { eventsOf, json, type Span, Telemetry } from '../support/telemetry.js';

type Params = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

const telemetry = new Telemetry();
telemetry.instrumentation.manuallyInstrument(OpenAI);
beforeEach(() => telemetry.reset());

const hello: Params = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] };
const answered = {
  id: 'a',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }],
};

/** Calls an API that gives this answer. */
async function ask(params: Partial<Params>, answer: unknown = answered, init?: ResponseInit): Promise<Span> {
  const fetch = async () => Response.json(answer, init);
  const client = new OpenAI({ apiKey: 'sk-test', fetch, maxRetries: 0, logLevel: 'off' });
  await client.chat.completions.create({ ...hello, ...params }).catch(() => {});
  return telemetry.span();
}

const words = (length: number) => 'some words '.repeat(Math.ceil(length / 11)).slice(0, length);

const toolCalls = (count: number, length: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `call_${i}${words(length)}`,
    type: 'function',
    function: { name: `tool_${i}${words(length)}`, arguments: JSON.stringify({ text: words(length) }) },
  }));
const choices = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => ({
    index,
    finish_reason: `tool_calls${words(length)}`,
    message: { role: `assistant${words(length)}`, content: words(length), tool_calls: toolCalls(100, length) },
  }));

const floods: Record<string, () => Promise<Span>> = {
  'names of tools': () => {
    const tool = { type: 'function' as const, function: { name: words(100_000), description: words(100_000) } };
    return ask({ tools: Array.from({ length: 128 }, () => tool) });
  },
  'a model, stop sequences, a tier and an effort': () =>
    ask({
      model: words(1_000_000),
      stop: Array.from({ length: 128 }, () => words(10_000)),
      service_tier: words(1_000_000) as 'auto',
      reasoning_effort: words(1_000_000) as 'low',
    }),
  'what the server says': () =>
    ask({}, { id: words(100_000), model: words(100_000), service_tier: words(100_000), choices: choices(128, 1_000) }),
  'an error': () => ask({}, { error: { message: words(1_000_000), code: words(100_000) } }, { status: 400 }),
  'a great many messages': () =>
    ask({ messages: Array.from({ length: 2_000 }, () => ({ role: 'user', content: words(2_000) })) }),
  'great messages': () =>
    ask({
      messages: Array.from({ length: 200 }, () => ({
        role: 'user',
        content: Array.from({ length: 20 }, () => ({ type: 'text', text: words(8_000) })),
      })),
    }),
  'characters that JSON escapes': () =>
    ask({ messages: Array.from({ length: 200 }, () => ({ role: 'user', content: '\u0001'.repeat(8_000) })) }),
};

describe('floods', () => {
  it.each(Object.entries(floods))('%s: a span under 64 KB', async (_, flood) => {
    expect(size(await flood())).toBeLessThan(65_536);
  });

  it.each(Object.entries(floods))('%s, captured: the budget of content, and no more', async (_, flood) => {
    await telemetry.reset({ captureMessageContent: true });
    expect(size(await flood())).toBeLessThan(262_144 + 65_536);

    await telemetry.reset({ captureMessageContent: true, maxTotalContentLength: 10_000 });
    const span = await flood();
    expect(size(span)).toBeLessThan(10_000 + 65_536);
    for (const [name, value] of Object.entries(span.attributes)) {
      if (name.startsWith('gen_ai.input.') || name.startsWith('gen_ai.output.')) JSON.parse(String(value));
    }
  });

  it.each(['a', '漢', '😀', '\u0001', '"', '\ud800'])(
    'all of them at once, of the character %j: under 64 KB',
    async (unit) => {
      const text = unit.repeat(300);
      const call = { id: text, type: text, function: { name: text, arguments: text } };
      const message = { role: text, content: text, refusal: text, tool_calls: [call, call] };
      const many = <T>(item: T) => Array.from({ length: 200 }, () => item);
      const labels = { model: text, service_tier: text as 'auto', reasoning_effort: text as 'low' };
      const params = {
        ...labels,
        stop: many(text),
        tools: many({ type: 'function' as const, function: { name: text } }),
      };
      const answer = { id: text, ...labels, choices: many({ finish_reason: text, message }), system_fingerprint: text };
      const error = { message: unit.repeat(50_000), code: text, type: text, param: text };

      expect(size(await ask(params, { ...answer, error }))).toBeLessThan(65_536);
      await telemetry.reset({ captureMessageContent: true, maxTotalContentLength: 10_000 });
      const span = await ask(params, { ...answer, error });
      for (const name of ['gen_ai.input.messages', 'gen_ai.output.messages', 'gen_ai.tool.definitions'])
        json(span, name);
    },
  );

  it('lists 128 calls in all choices together', async () => {
    const span = await ask({}, { ...answered, choices: choices(4, 0) });
    const listed = eventsOf(span, 'llm.choice').map((event) => {
      const calls = event['llm.choice.tool_calls'];
      return calls === undefined ? 0 : JSON.parse(String(calls)).length;
    });
    expect(listed).toEqual([100, 28, 0, 0]);
  });

  it('cuts labels of metrics too', async () => {
    await ask({ model: words(1_000) }, { ...answered, model: words(1_000) });
    for (const { points } of await telemetry.metrics()) {
      for (const { attributes } of points) {
        for (const value of Object.values(attributes)) expect(String(value).length).toBeLessThan(280);
      }
    }
  });
});

it('captures parameters as they are sent', async () => {
  await telemetry.reset({ captureMessageContent: true });
  class Message {
    role = 'user';
    content = 'a secret';
    toJSON() {
      return { role: this.role, content: 'Hello' };
    }
  }
  const span = await ask({ messages: [new Message() as unknown as Params['messages'][number]] });
  expect(json(span, 'gen_ai.input.messages')).toEqual([{ role: 'user', parts: [{ type: 'text', content: 'Hello' }] }]);
});

it('captures parameters as they are sent, of any number of messages', async () => {
  await telemetry.reset({ captureMessageContent: true });
  const message = (content: unknown) => ({ secret: 'own', toJSON: () => ({ role: 'user', content }) });
  const part = { secret: 'own', toJSON: () => ({ type: 'text', text: 'a' }) };
  const oneOf = (i: number) => message(i % 2 === 0 ? `No. ${i}` : Array.from({ length: 5 }, () => part));
  const messages = Array.from({ length: 10_000 }, (_, i) => oneOf(i)) as unknown as Params['messages'];
  const recorded = json(await ask({ messages }), 'gen_ai.input.messages') as { parts: unknown[] }[];

  expect(JSON.stringify(recorded)).not.toContain('own');
  expect(recorded[0]).toEqual({ role: 'system', parts: [{ type: 'text', content: '…[truncated]' }] });
  expect(recorded.length).toBeGreaterThan(300);
  expect(recorded.at(-2)?.parts).toEqual([{ type: 'text', content: 'No. 9998' }]);
  expect(recorded.at(-1)?.parts).toHaveLength(5);
  for (const { parts } of recorded) expect(parts).not.toEqual([]);
});

it('does no work for a call that disable() has ended', async () => {
  await telemetry.reset({ captureMessageContent: true, inspectStreams: true });
  const chunk = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'Hi' } }] })}\n\n`;
  const fetch = async () => new Response(chunk.repeat(5), { headers: { 'content-type': 'text/event-stream' } });
  const client = new OpenAI({ apiKey: 'sk-test', fetch, logLevel: 'off' });
  const stream = await client.chat.completions.create({ ...hello, stream: true });
  let read = 0;
  const seen: string[] = [];
  for await (const item of stream) {
    const [choice] = item.choices;
    if (++read === 2) {
      telemetry.instrumentation.disable();
      expect(telemetry.span().attributes).toMatchObject({
        'llm.stream.end_reason': 'abandoned',
        'llm.stream.chunk_count': 2,
      });
      await telemetry.metrics();
    }
    seen.push(choice?.delta.content ?? '');
  }
  telemetry.instrumentation.enable();

  expect(seen).toEqual(['Hi', 'Hi', 'Hi', 'Hi', 'Hi']);
  expect(telemetry.spans()).toEqual([]);
  expect(await telemetry.metrics()).toEqual([]);
});
