import type { Attributes } from '@opentelemetry/api';
import { count, type Fields, fieldsOf, label, listOf, mapped, text } from '../../read.js';
import * as semconv from '../../semconv.js';
import { type Choice, MAX_LISTED, type Operation, type ToolCall } from '../operation.js';
import { finishReason, finishReasons } from '../shared/finish-reasons.js';
import { formatType, generationParameters, requestedTier } from '../shared/generation-parameters.js';
import { usageAttributes } from '../shared/token-usage.js';
import { listedTools } from '../shared/tool-definitions.js';
import { chatInput, chatOutput, toolCallsOf } from './messages.js';
import { ChatAssembly } from './stream.js';

/** `POST /chat/completions`; SDK v4 to v7. The helpers `parse`, `stream` and `runTools` call it too. */
export const chatCompletions: Operation = {
  name: 'chat',
  resource: 'Chat.Completions',
  method: 'create',

  request([params], deployment) {
    const body = fieldsOf(params);
    const model = text(body.model) ?? deployment;
    return { target: model, streaming: Boolean(body.stream), attributes: requestAttributes(body, model) };
  },

  response(result) {
    const body = fieldsOf(result);
    const choices = describeChoices(listOf(body.choices));
    return { attributes: responseAttributes(body, choices), choices };
  },

  input: ([params]) => chatInput(fieldsOf(params)),
  output: (result) => chatOutput(fieldsOf(result)),
  assemble: (textLimit) => new ChatAssembly(textLimit),
};

/** `GET /chat/completions/{id}`, for completions that `store: true` keeps; SDK 4.87 to v7. `create` has counted the tokens. */
export const storedChatCompletion: Operation = {
  name: 'fetch_chat_completion',
  resource: 'Chat.Completions',
  method: 'retrieve',

  request: ([id]) => ({
    attributes: {
      [semconv.ATTR_OPENAI_API_TYPE]: API_TYPE,
      [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(id),
    },
  }),

  response: (result) => chatCompletions.response({ ...fieldsOf(result), usage: undefined }),
  output: (result) => chatOutput(fieldsOf(result)),
};

const API_TYPE = 'chat_completions';

function requestAttributes(body: Fields, model: string | undefined): Attributes {
  return {
    [semconv.ATTR_OPENAI_API_TYPE]: API_TYPE,
    [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model,
    [semconv.ATTR_GEN_AI_REQUEST_REASONING_LEVEL]: text(body.reasoning_effort),
    [semconv.ATTR_GEN_AI_OUTPUT_TYPE]: outputType(body),
    [semconv.ATTR_OPENAI_REQUEST_SERVICE_TIER]: requestedTier(body.service_tier),
    [semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]: listedTools(body),
    ...generationParameters(body),
  };
}

function outputType(body: Fields): string | undefined {
  if (listOf(body.modalities).includes('audio')) return 'speech';
  return formatType(body.response_format);
}

function responseAttributes(body: Fields, choices: readonly Choice[]): Attributes {
  return {
    [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(body.id),
    [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(body.model),
    [semconv.ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: finishReasons(choices),
    [semconv.ATTR_OPENAI_RESPONSE_SERVICE_TIER]: text(body.service_tier),
    [semconv.ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT]: text(body.system_fingerprint),
    ...usageAttributes(body),
  };
}

/** With 128 tool calls in all of them together. */
function describeChoices(choices: readonly unknown[]): Choice[] {
  const described = new Array<Choice>(Math.min(choices.length, MAX_LISTED));
  let calls = MAX_LISTED;
  for (let position = 0; position < described.length; position++) {
    const choice = describeChoice(choices[position], position, calls);
    calls -= choice.toolCalls.length;
    described[position] = choice;
  }
  return described;
}

/** @param calls the most tool calls that are listed */
function describeChoice(choice: unknown, position: number, calls: number) {
  const { index, finish_reason, message } = fieldsOf(choice);
  const { role, refusal } = fieldsOf(message);
  return {
    index: count(index) ?? position,
    finishReason: finishReason(finish_reason),
    role: text(role),
    toolCalls: mapped(toolCallsOf(fieldsOf(message)), calls, describeToolCall),
    refused: text(refusal) !== undefined,
  };
}

export function describeToolCall({ id, type, function: fn, custom }: Fields): ToolCall {
  return { id: label(id), type: text(type), name: text(fieldsOf(fn ?? custom).name) };
}
