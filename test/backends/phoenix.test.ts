import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sayToChatbot } from '../examples/chatbot.js';
import { findPhoenix, type Phoenix, type PhoenixSpan, startPhoenix } from './phoenix.js';
import { eventually, titleOf } from './program.js';

const found = await findPhoenix();

describe.skipIf(!found)(
  titleOf('Phoenix', found, 'PHOENIX_BIN, no phoenix on the PATH, no Python to install it'),
  () => {
    let phoenix: Phoenix;
    let spans: PhoenixSpan[];

    beforeAll(async () => {
      phoenix = await startPhoenix(found ?? '');
      const env = {
        OTEL_EXPORTER_OTLP_ENDPOINT: phoenix.otlp,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_ONLY',
        CHATBOT_INSPECT_STREAMS: 'true',
      };
      await sayToChatbot(['list my tasks'], env);
      await sayToChatbot(['hi'], { ...env, CHATBOT_MODEL: 'gpt-overloaded' });
      spans = await eventually(
        () => phoenix.spans(),
        ({ length }) => length >= 12,
      );
    });
    afterAll(() => phoenix?.stop());

    /** Of the whole conversation, in the order of its spans' beginnings. */
    function spansNamed(name: string): PhoenixSpan[] {
      return spans.filter((span) => span.name === name).sort((a, b) => a.start_time.localeCompare(b.start_time));
    }

    it.each([
      ['invoke_agent todo-assistant', 'AGENT'],
      ['chat gpt-4.1-mini', 'LLM'],
      ['chat gpt-overloaded', 'LLM'],
      ['execute_tool list_tasks', 'TOOL'],
    ])('takes "%s" for %s', (name, kind) => {
      expect(new Set(spansNamed(name).map((span) => span.span_kind))).toEqual(new Set([kind]));
    });

    it('shows the messages, the tool call and its answer among them, the model and the tokens', () => {
      const [asks, answers] = spansNamed('chat gpt-4.1-mini');
      expect(asks?.attributes).toMatchObject({
        'llm.model_name': 'gpt-4.1-mini',
        'llm.provider': 'openai',
        'llm.input_messages.1.message.content': 'list my tasks',
        'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'list_tasks',
        'llm.finish_reason': 'tool_calls',
      });
      expect(answers?.attributes).toMatchObject({
        'llm.input_messages.3.message.role': 'tool',
        'llm.input_messages.3.message.content': 'buy milk, water the plants',
        'llm.output_messages.0.message.content': 'The tools say: buy milk, water the plants',
      });
      for (const { attributes } of spansNamed('chat gpt-4.1-mini')) {
        expect(attributes).toMatchObject({
          'llm.token_count.prompt': attributes['gen_ai.usage.input_tokens'],
          'llm.token_count.completion': attributes['gen_ai.usage.output_tokens'],
          'llm.token_count.total': expect.any(Number),
          'llm.token_count.prompt_details.cache_read': attributes['gen_ai.usage.cache_read.input_tokens'],
          'llm.tools.0.tool.json_schema': expect.stringContaining('list_tasks'),
        });
      }
    });

    it('leaves what is ours under llm. as it is', () => {
      for (const { attributes } of spansNamed('chat gpt-4.1-mini')) {
        expect(attributes).toMatchObject({ 'llm.streaming': true, 'llm.stream.end_reason': 'completed' });
      }
    });

    it('knows the conversation, and which span is in which', () => {
      const [turn] = spansNamed('invoke_agent todo-assistant');
      const within = spans.filter(({ context }) => context.trace_id === turn?.context.trace_id);
      expect(new Set(within.map(({ attributes }) => attributes['session.id']))).toEqual(
        new Set([turn?.attributes['gen_ai.conversation.id']]),
      );
      const parent = (span: PhoenixSpan) => within.find(({ context }) => context.span_id === span.parent_id)?.name;
      expect(within.map((span) => [span.name, parent(span)]).sort()).toEqual([
        ['GET', 'execute_tool list_tasks'],
        ['POST', 'chat gpt-4.1-mini'],
        ['POST', 'chat gpt-4.1-mini'],
        ['chat gpt-4.1-mini', 'invoke_agent todo-assistant'],
        ['chat gpt-4.1-mini', 'invoke_agent todo-assistant'],
        ['execute_tool list_tasks', 'invoke_agent todo-assistant'],
        ['invoke_agent todo-assistant', undefined],
      ]);
    });

    it('shows errors and events', () => {
      const [failed] = spansNamed('chat gpt-overloaded');
      expect(failed).toMatchObject({
        status_code: 'ERROR',
        attributes: { 'error.type': 'InternalServerError', 'http.response.status_code': 503 },
        events: [{ name: 'exception', attributes: { 'exception.type': 'InternalServerError' } }],
      });
      const [asks] = spansNamed('chat gpt-4.1-mini');
      expect(asks?.events).toMatchObject([
        { name: 'llm.choice', attributes: { 'llm.choice.finish_reason': 'tool_calls' } },
      ]);
    });
  },
);
