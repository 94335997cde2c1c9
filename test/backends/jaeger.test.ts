import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sayToChatbot } from '../examples/chatbot.js';
import { eventsOf, findJaeger, type Jaeger, type JaegerSpan, type JaegerTrace, startJaeger, tagsOf } from './jaeger.js';
import { eventually, titleOf } from './program.js';

const found = await findJaeger();

describe.skipIf(!found)(titleOf('Jaeger', found, 'JAEGER_BIN, no jaeger on the PATH, no engine of containers'), () => {
  let jaeger: Jaeger;
  let traces: JaegerTrace[];

  beforeAll(async () => {
    jaeger = await startJaeger(found ?? '');
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.otlp,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    };
    await sayToChatbot(['hi'], env);
    await sayToChatbot(['list my tasks'], { ...env, CHATBOT_INSPECT_STREAMS: 'true' });
    await sayToChatbot(['hi'], { ...env, CHATBOT_MODEL: 'gpt-overloaded' });
    traces = await eventually(
      () => jaeger.traces('chatbot'),
      ({ length }) => length === 3,
    );
  });
  afterAll(() => jaeger?.stop());

  /** The spans of the trace that has one of this name. */
  function traceWith(name: string): JaegerSpan[] {
    return traces.find(({ spans }) => spans.some((span) => span.operationName === name))?.spans ?? [];
  }

  it('lists the service and its operations', async () => {
    expect(await jaeger.services()).toContain('chatbot');
    expect(await jaeger.operations('chatbot')).toEqual([
      'GET',
      'POST',
      'chat gpt-4.1-mini',
      'chat gpt-overloaded',
      'execute_tool list_tasks',
      'invoke_agent todo-assistant',
    ]);
  });

  it('nests the tool and its HTTP request under the turn', () => {
    const spans = traceWith('execute_tool list_tasks');
    const nameOf = (id: string | undefined) => spans.find(({ spanID }) => spanID === id)?.operationName;
    const links = spans.map(({ operationName, references: [parent] }) => [operationName, nameOf(parent?.spanID)]);
    expect(links.sort()).toEqual([
      ['GET', 'execute_tool list_tasks'],
      ['POST', 'chat gpt-4.1-mini'],
      ['POST', 'chat gpt-4.1-mini'],
      ['chat gpt-4.1-mini', 'invoke_agent todo-assistant'],
      ['chat gpt-4.1-mini', 'invoke_agent todo-assistant'],
      ['execute_tool list_tasks', 'invoke_agent todo-assistant'],
      ['invoke_agent todo-assistant', undefined],
    ]);
  });

  it('shows tags, and a choice as an event', () => {
    const [asks, answers] = traceWith('execute_tool list_tasks').filter(({ operationName }) =>
      /^chat/.test(operationName),
    );
    const tags = { 'llm.streaming': true, 'llm.stream.end_reason': 'completed', 'http.response.status_code': 200 };
    for (const span of [asks, answers]) {
      expect(span && tagsOf(span)).toMatchObject({ ...tags, 'gen_ai.usage.input_tokens': expect.any(Number) });
    }
    const choices = [asks, answers].flatMap((span) => (span ? eventsOf(span) : []));
    expect(choices).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: 'llm.choice', 'llm.choice.finish_reason': 'tool_calls' }),
        expect.objectContaining({ event: 'llm.choice', 'llm.choice.finish_reason': 'stop' }),
      ]),
    );
  });

  it('shows errors', () => {
    const failed = traceWith('chat gpt-overloaded').find(
      ({ operationName }) => operationName === 'chat gpt-overloaded',
    );
    expect(failed && tagsOf(failed)).toMatchObject({
      error: true,
      'error.type': 'InternalServerError',
      'http.response.status_code': 503,
      'http.request.resend_count': 2,
      'otel.status_code': 'ERROR',
    });
    expect(failed && eventsOf(failed)).toMatchObject([{ event: 'exception', 'exception.type': 'InternalServerError' }]);
  });

  it.each([
    ['llm.streaming', 'true', 3],
    ['error.type', 'InternalServerError', 1],
    ['gen_ai.agent.name', 'todo-assistant', 3],
  ])('finds traces by %s=%s', async (key, value, count) => {
    expect(await jaeger.traces('chatbot', { [key]: value })).toHaveLength(count);
  });
});
