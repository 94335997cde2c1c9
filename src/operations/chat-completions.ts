import type { Attributes } from '@opentelemetry/api';
import { known } from '../known.js';
import { count, type Fields, fieldsOf, isObject, listOf, number, text } from '../read.js';
import * as semconv from '../semconv.js';
import { chatInput, chatOutput, toolDefinitions } from './chat-content.js';
import { ChatAssembly } from './chat-stream.js';
import { type Choice, MAX_LISTED, type Operation, type ToolCall } from './operation.js';

/** `POST /chat/completions`; SDK v4 to v7. The helpers `parse`, `stream` and `runTools` call it too. */
export const chatCompletions: Operation = {
  name: 'chat',
  resource: 'Chat.Completions',
  method: 'create',

  request([params]) {
    const body = fieldsOf(params);
    return {
      target: text(body.model),
      streaming: Boolean(body.stream),
      attributes: requestAttributes(body),
    };
  },

  response(result) {
    const body = fieldsOf(result);
    const choices = listOf(body.choices).slice(0, MAX_LISTED).map(describeChoice);
    return { attributes: responseAttributes(body, choices), choices };
  },

  input: ([params]) => chatInput(fieldsOf(params)),
  output: (result) => chatOutput(fieldsOf(result)),
  assemble: (textLimit) => new ChatAssembly(textLimit),
};

function requestAttributes(body: Fields): Attributes {
  const tier = text(body.service_tier);
  return known({
    [semconv.ATTR_OPENAI_API_TYPE]: 'chat_completions',
    [semconv.ATTR_GEN_AI_REQUEST_MODEL]: text(body.model),
    [semconv.ATTR_GEN_AI_REQUEST_TEMPERATURE]: number(body.temperature),
    [semconv.ATTR_GEN_AI_REQUEST_TOP_P]: number(body.top_p),
    [semconv.ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY]: number(body.frequency_penalty),
    [semconv.ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY]: number(body.presence_penalty),
    [semconv.ATTR_GEN_AI_REQUEST_MAX_TOKENS]: count(body.max_completion_tokens) ?? count(body.max_tokens),
    [semconv.ATTR_GEN_AI_REQUEST_STOP_SEQUENCES]: stopSequences(body.stop),
    [semconv.ATTR_GEN_AI_REQUEST_SEED]: number(body.seed),
    [semconv.ATTR_GEN_AI_REQUEST_CHOICE_COUNT]: body.n === 1 ? undefined : count(body.n),
    [semconv.ATTR_GEN_AI_REQUEST_REASONING_LEVEL]: text(body.reasoning_effort),
    [semconv.ATTR_GEN_AI_OUTPUT_TYPE]: outputType(body),
    [semconv.ATTR_OPENAI_REQUEST_SERVICE_TIER]: tier === 'auto' ? undefined : tier,
    [semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]: listedTools(body),
  });
}

function stopSequences(stop: unknown): string[] | undefined {
  const sequences = (Array.isArray(stop) ? stop : [stop]).filter((s): s is string => typeof s === 'string');
  return sequences.length > 0 ? sequences : undefined;
}

function outputType(body: Fields): string | undefined {
  if (listOf(body.modalities).includes('audio')) return 'speech';
  switch (fieldsOf(body.response_format).type) {
    case 'text':
      return 'text';
    case 'json_object':
    case 'json_schema':
      return 'json';
    default:
      return undefined;
  }
}

/** Type and name alone: descriptions and parameter schemas are the user's text. */
function listedTools(body: Fields): string | undefined {
  const tools = toolDefinitions(body).map(({ type, name }) => ({ type, name }));
  return tools.length > 0 ? JSON.stringify(tools) : undefined;
}

function responseAttributes(body: Fields, choices: readonly Choice[]): Attributes {
  return known({
    [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(body.id),
    [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(body.model),
    [semconv.ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: finishReasons(choices),
    [semconv.ATTR_OPENAI_RESPONSE_SERVICE_TIER]: text(body.service_tier),
    [semconv.ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT]: text(body.system_fingerprint),
    ...usageAttributes(fieldsOf(body.usage)),
  });
}

/** One a choice; `error` where a reason was due and none came (GenAI conventions, `gen_ai.response.finish_reasons`). */
function finishReasons(choices: readonly Choice[]): string[] | undefined {
  return choices.length > 0 ? choices.map((choice) => choice.finishReason ?? 'error') : undefined;
}

function usageAttributes(usage: Fields) {
  const input = fieldsOf(usage.prompt_tokens_details);
  const output = fieldsOf(usage.completion_tokens_details);
  return {
    [semconv.ATTR_GEN_AI_USAGE_INPUT_TOKENS]: count(usage.prompt_tokens),
    [semconv.ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: count(usage.completion_tokens),
    [semconv.ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: count(input.cached_tokens),
    [semconv.ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: count(input.cache_write_tokens),
    [semconv.ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS]: count(input.audio_tokens),
    [semconv.ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: count(output.reasoning_tokens),
    [semconv.ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS]: count(output.audio_tokens),
  };
}

function describeChoice(choice: unknown, position: number): Choice {
  const { index, finish_reason, message } = fieldsOf(choice);
  const { role, refusal, tool_calls } = fieldsOf(message);
  return {
    index: count(index) ?? position,
    finishReason: text(finish_reason),
    role: text(role),
    toolCalls: listOf(tool_calls).slice(0, MAX_LISTED).filter(isObject).map(describeToolCall),
    refused: text(refusal) !== undefined,
  };
}

function describeToolCall({ id, type, function: fn, custom }: Fields): ToolCall {
  return { id: text(id), type: text(type), name: text(fieldsOf(fn ?? custom).name) };
}
