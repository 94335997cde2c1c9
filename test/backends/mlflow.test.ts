import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sayToChatbot } from '../examples/chatbot.js';
import { findMlflow, type Mlflow, type MlflowSpan, type MlflowTrace, startMlflow } from './mlflow.js';
import { eventually, titleOf } from './program.js';

const found = await findMlflow();

describe.skipIf(!found)(titleOf('MLflow', found, 'MLFLOW_BIN, no mlflow on the PATH, no Python to install it'), () => {
  let mlflow: Mlflow;
  let traces: MlflowTrace[];

  beforeAll(async () => {
    mlflow = await startMlflow(found ?? '');
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: mlflow.otlp,
      OTEL_EXPORTER_OTLP_HEADERS: mlflow.headers,
      // Its first trace takes it some seconds.
      OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_ONLY',
      CHATBOT_INSPECT_STREAMS: 'true',
    };
    await sayToChatbot(['list my tasks'], env);
    await sayToChatbot(['hi'], { ...env, CHATBOT_MODEL: 'gpt-overloaded' });
    traces = await eventually(
      () => mlflow.traces(),
      (all) => all.length === 2 && all.every(({ spans }) => spans.some(({ name }) => name.startsWith('invoke_agent'))),
    );
  });
  afterAll(() => mlflow?.stop());

  function traceWith(name: string): MlflowTrace {
    const trace = traces.find(({ spans }) => spans.some((span) => span.name === name));
    if (!trace) throw new Error(`no trace has a span ${name}`);
    return trace;
  }

  function spansNamed(name: string): MlflowSpan[] {
    return traceWith(name).spans.filter((span) => span.name === name);
  }

  it.each([
    ['invoke_agent todo-assistant', 'AGENT'],
    ['chat gpt-4.1-mini', 'CHAT_MODEL'],
    ['chat gpt-overloaded', 'CHAT_MODEL'],
    ['execute_tool list_tasks', 'TOOL'],
  ])('takes "%s" for %s', (name, type) => {
    expect(spansNamed(name).map(({ attributes }) => attributes['mlflow.spanType'])).toEqual(
      spansNamed(name).map(() => type),
    );
  });

  it('shows the messages, the tool call and its answer among them', () => {
    const [asks, answers] = spansNamed('chat gpt-4.1-mini');
    expect(asks?.attributes).toMatchObject({
      'mlflow.spanInputs': expect.arrayContaining([
        { role: 'user', parts: [{ type: 'text', content: 'list my tasks' }] },
      ]),
      'mlflow.spanOutputs': [{ parts: [{ type: 'tool_call', name: 'list_tasks' }], finish_reason: 'tool_calls' }],
    });
    expect(answers?.attributes).toMatchObject({
      'mlflow.spanOutputs': [
        { parts: [{ type: 'text', content: 'The tools say: buy milk, water the plants' }], finish_reason: 'stop' },
      ],
    });
    const [tool] = spansNamed('execute_tool list_tasks');
    expect(tool?.attributes['mlflow.spanOutputs']).toBe('buy milk, water the plants');
  });

  it('shows the model, the provider, the tools and the tokens, cached ones too', () => {
    for (const { attributes } of spansNamed('chat gpt-4.1-mini')) {
      expect(attributes).toMatchObject({
        'mlflow.llm.model': 'gpt-4.1-mini-2025-04-14',
        'mlflow.llm.provider': 'openai',
        'mlflow.chat.tools': expect.arrayContaining([
          expect.objectContaining({ type: 'function', name: 'list_tasks', description: expect.any(String) }),
        ]),
        'mlflow.chat.tokenUsage': {
          input_tokens: attributes['gen_ai.usage.input_tokens'],
          output_tokens: attributes['gen_ai.usage.output_tokens'],
          total_tokens: expect.any(Number),
          cache_read_input_tokens: attributes['gen_ai.usage.cache_read.input_tokens'],
        },
      });
    }
  });

  it('knows the session, and sums the tokens of the trace', () => {
    const { metadata, spans } = traceWith('execute_tool list_tasks');
    const turn = spans.find(({ name }) => name.startsWith('invoke_agent'));
    expect(metadata['mlflow.trace.session']).toBe(turn?.attributes['gen_ai.conversation.id']);
    const sum = (name: string) =>
      spansNamed('chat gpt-4.1-mini').reduce((total, { attributes }) => total + Number(attributes[name]), 0);
    expect(JSON.parse(metadata['mlflow.trace.tokenUsage'] ?? '')).toMatchObject({
      input_tokens: sum('gen_ai.usage.input_tokens'),
      output_tokens: sum('gen_ai.usage.output_tokens'),
      cache_read_input_tokens: sum('gen_ai.usage.cache_read.input_tokens'),
    });
  });

  it('shows errors', () => {
    const [failed] = spansNamed('chat gpt-overloaded');
    expect(failed).toMatchObject({
      status: { code: 'STATUS_CODE_ERROR' },
      attributes: { 'error.type': 'InternalServerError' },
      events: [{ name: 'exception' }],
    });
  });
});
