import { OpenAI } from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { createModel } from '../../examples/chatbot/model.mjs';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';
import { Chatbot, sayToChatbot } from './chatbot.js';

type Receiver = Awaited<ReturnType<typeof startOtlpReceiver>>;
type ReceiverOptions = Parameters<typeof startOtlpReceiver>[0];

const TASKS = 'buy milk, water the plants';
const QUESTION = ['invoke_agent todo-assistant', 'chat gpt-4.1-mini', 'POST'];
const TOOL_USE = [...QUESTION, 'execute_tool list_tasks', 'GET', 'chat gpt-4.1-mini', 'POST'];

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function startBackEnd(options?: ReceiverOptions): Promise<[Receiver, Record<string, string>]> {
  const receiver = await startOtlpReceiver(options);
  closers.push(receiver.close);
  return [receiver, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '50' }];
}

/** The names of the spans of each trace, sorted. */
function namesByTrace({ spans }: Receiver): string[][] {
  const traceIds = [...new Set(spans.map(({ traceId }) => traceId))];
  return traceIds.map((id) =>
    spans
      .filter(({ traceId }) => traceId === id)
      .map(({ name }) => name)
      .sort(),
  );
}

describe('the chatbot', () => {
  it('streams its answers, which pass by unread', async () => {
    const [receiver, env] = await startBackEnd();
    const { stdout } = await sayToChatbot(['hi'], { ...env, OTEL_LOG_LEVEL: 'debug' });

    expect(stdout).toContain('You said: hi\n');
    expect(stdout).toContain('chat gpt-4.1-mini: the response is a stream, its body is passed through uninspected');
    const chat = receiver.spans.find(({ name }) => name.startsWith('chat '));
    expect(chat?.attributes).toMatchObject({ 'llm.streaming': true, 'llm.stream.end_reason': 'completed' });
    expect(chat?.attributes).not.toHaveProperty(['gen_ai.usage.input_tokens']);
  });

  it('calls a tool while streaming, and one conversation is on every span, those of HTTP requests included', async () => {
    const [receiver, env] = await startBackEnd();
    const { stdout } = await sayToChatbot(['list my tasks', 'add a task: call Ada', 'list my tasks'], env);

    expect(stdout.match(/The tools say: .*/g)).toEqual([
      `The tools say: ${TASKS}`,
      'The tools say: added "call Ada", 3 tasks now',
      `The tools say: ${TASKS}, call Ada`,
    ]);
    const { spans } = receiver;
    expect(spans).toHaveLength(3 * TOOL_USE.length);
    expect(new Set(spans.map(({ attributes }) => attributes['gen_ai.conversation.id'])).size).toBe(1);
    for (const { attributes } of spans) {
      expect(attributes).toMatchObject({
        'gen_ai.conversation.id': expect.stringMatching(/^[\da-f-]{36}$/),
        'gen_ai.agent.name': 'todo-assistant',
      });
    }
    const operations = spans.map(({ attributes }) => attributes['gen_ai.operation.name']);
    expect(new Set(operations)).toEqual(new Set(['invoke_agent', 'chat', 'execute_tool', undefined]));
    const parentOf = ({ parentSpanId }: { parentSpanId?: string | undefined }) =>
      spans.find(({ spanId }) => spanId === parentSpanId)?.name;
    const toolRequest = spans.filter(({ attributes }) => String(attributes['url.path']) === '/tasks');
    expect(toolRequest.map((span) => [span.name, parentOf(span)])).toEqual([
      ['GET', 'execute_tool list_tasks'],
      ['POST', 'execute_tool add_to_list'],
      ['GET', 'execute_tool list_tasks'],
    ]);
  });

  it('leaves no span open between messages, however many there are', async () => {
    const [receiver, env] = await startBackEnd();
    using chatbot = new Chatbot(env);

    for (const n of [1, 2, 3]) {
      expect(await chatbot.say('list my tasks')).toBe(`The tools say: ${TASKS}`);
      await receiver.waitForSpans(n * TOOL_USE.length);
    }
    expect(await chatbot.leave()).toBe(0);

    expect(namesByTrace(receiver)).toEqual(Array.from({ length: 3 }, () => [...TOOL_USE].sort()));
    expect(receiver.spans.map(({ status }) => status.code)).not.toContain('ERROR');
  });

  it('says what went wrong, goes on, and the spans tell', async () => {
    const [receiver, env] = await startBackEnd();
    const { stdout } = await sayToChatbot(['hi', 'hi'], { ...env, CHATBOT_MODEL: 'gpt-overloaded' });

    expect(stdout.match(/\(no answer: 503 .*overloaded\.\)/g)).toHaveLength(2);
    const failed = receiver.spans.filter(({ status }) => status.code === 'ERROR').map(({ name }) => name);
    expect(failed).toEqual(expect.arrayContaining(['chat gpt-overloaded', 'invoke_agent todo-assistant']));
  });

  it('talks to the API that the environment names', async () => {
    const api = await startFakeOpenAI();
    closers.push(api.close);
    const [, env] = await startBackEnd();
    await sayToChatbot(['hi'], {
      ...env,
      OPENAI_API_KEY: 'sk-mine',
      OPENAI_BASE_URL: api.url,
      CHATBOT_MODEL: 'mine',
    });

    expect(api.requests[0]?.headers.authorization).toBe('Bearer sk-mine');
    expect(JSON.parse(api.requests[0]?.body ?? '')).toMatchObject({ model: 'mine', stream: true });
  });
});

describe('its model factory', () => {
  it.each([
    [{ OPENAI_API_KEY: 'a' }, 'https://api.openai.com/v1', 'a', 'gpt-4.1-mini'],
    [
      { OPENAI_API_KEY: 'a', OPENAI_BASE_URL: 'http://localhost:11434/v1' },
      'http://localhost:11434/v1',
      'a',
      'gpt-4.1-mini',
    ],
    [{ CEREBRAS_API_KEY: 'b', OPENAI_API_KEY: 'a' }, 'https://api.cerebras.ai/v1', 'b', 'gpt-oss-120b'],
    [{ CEREBRAS_API_KEY: 'b', CHATBOT_MODEL: 'm' }, 'https://api.cerebras.ai/v1', 'b', 'm'],
  ])('%j', (env, baseURL, apiKey, name) => {
    const { openai, model } = createModel(env);
    expect({ baseURL: openai.baseURL, apiKey: openai.apiKey, model }).toEqual({ baseURL, apiKey, model: name });
  });

  it('says that there is no key', () => {
    expect(() => createModel({})).toThrow(OpenAI.OpenAIError);
  });
});

describe('a back-end that', () => {
  const EXPECTED = `> hi\nYou said: hi\n> list my tasks\nThe tools say: ${TASKS}\n`;

  it.each([413, 429, 503])('refuses with %d changes no answer and no exit code', async (status) => {
    const [receiver, env] = await startBackEnd({ respond: () => ({ status }) });
    const { stdout } = await sayToChatbot(['hi', 'list my tasks'], { ...env, OTEL_EXPORTER_OTLP_TIMEOUT: '500' });

    expect(stdout).toContain(EXPECTED);
    expect(receiver.requests.length).toBeGreaterThan(0);
    expect(receiver.spans).toEqual([]);
  });

  it('is down changes no answer and no exit code', async () => {
    const [receiver, env] = await startBackEnd();
    await receiver.close();
    const { stdout } = await sayToChatbot(['hi', 'list my tasks'], { ...env, OTEL_EXPORTER_OTLP_TIMEOUT: '500' });

    expect(stdout).toContain(EXPECTED);
  });

  it('does not answer holds up no answer, and the exit no longer than the timeout of the exporter', async () => {
    const [receiver, env] = await startBackEnd({ respond: () => ({ delayMs: 600_000 }) });
    using chatbot = new Chatbot({ ...env, OTEL_EXPORTER_OTLP_TIMEOUT: '1000' });

    await chatbot.say('hi');
    await expect.poll(() => receiver.requests.length).toBeGreaterThan(0);
    expect(await chatbot.say('list my tasks')).toBe(`The tools say: ${TASKS}`);
    expect(await chatbot.leave()).toBe(0);
    expect(receiver.spans).toEqual([]);
  });
});

describe('Honeycomb', () => {
  it('gets all three signals, with its key, of two lines of configuration', async () => {
    const [receiver, { OTEL_EXPORTER_OTLP_ENDPOINT = '' }] = await startBackEnd();
    await sayToChatbot(['list my tasks'], {
      OTEL_EXPORTER_OTLP_ENDPOINT,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-honeycomb-team=a-key',
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'EVENT_ONLY',
    });

    const { requests, spans, logs, metrics } = receiver;
    expect(new Set(requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces', '/v1/metrics', '/v1/logs']));
    for (const { headers } of requests) expect(headers['x-honeycomb-team']).toBe('a-key');
    expect(spans).toHaveLength(TOOL_USE.length);
    expect(logs.length).toBeGreaterThan(0);
    expect(metrics.map(({ name }) => name)).toContain('gen_ai.client.operation.time_to_first_chunk');
  });
});
