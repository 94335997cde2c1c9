import { known } from '../../known.js';
import { type Fields, fieldsOf, isObject, label, listOf, listOrOne, text } from '../../read.js';
import type { Content, Message, OutputMessage, Part } from '../content.js';
import { MAX_LISTED, MAX_PARTS } from '../operation.js';
import { contentParts, reasoningText, textParts } from '../shared/content-parts.js';
import { finishReason } from '../shared/finish-reasons.js';
import { latest } from '../shared/latest.js';
import { mediaPart } from '../shared/media.js';
import { toolDefinitions } from '../shared/tool-definitions.js';

/** The content of the parameters of a chat completion. */
export function chatInput(params: Fields): Omit<Content, 'outputMessages'> {
  const definitions = toolDefinitions(params);
  return known({
    inputMessages: latest(params.messages, inputMessage),
    toolDefinitions: definitions.length > 0 ? definitions : undefined,
  });
}

/** The content of the choices of a chat completion, with 128 tool calls in all of them together. */
export function chatOutput(body: Fields): OutputMessage[] {
  let calls = MAX_LISTED;
  let parts = MAX_PARTS;
  return listOf(body.choices)
    .slice(0, MAX_LISTED)
    .map((choice) => {
      const { message, finish_reason } = fieldsOf(choice);
      const described = describeMessage(fieldsOf(message), 'assistant', calls, parts);
      calls -= described.parts.filter(({ type }) => type === 'tool_call').length;
      parts = Math.max(0, parts - described.parts.length);
      return { ...described, finish_reason: finishReason(finish_reason) };
    });
}

function inputMessage(message: Fields): Message {
  if (message.role !== 'tool' && message.role !== 'function') return describeMessage(message, 'user');
  const response = typeof message.content === 'string' ? message.content : contentParts(message.content);
  return {
    role: 'tool',
    parts: [known({ type: 'tool_call_response' as const, id: text(message.tool_call_id), response })],
  };
}

/**
 * @param calls the most tool calls that are described
 * @param most the most other parts of its content
 */
function describeMessage(message: Fields, defaultRole: string, calls = MAX_LISTED, most = MAX_PARTS): Message {
  const { role, name, content, refusal, audio, images } = message;
  return known({
    role: text(role) ?? defaultRole,
    parts: [
      ...textParts('reasoning', reasoningText(message)),
      ...contentParts(content, most),
      ...textParts('refusal', refusal),
      ...contentParts(images, most),
      ...(isObject(audio) ? [audioAnswer(audio)] : []),
      ...toolCallsOf(message).slice(0, calls).map(toolCallPart),
    ],
    name: text(name),
  });
}

/** The tool calls of a message. `function_call` is the older form, for a single call. Some servers add an empty one. */
export function toolCallsOf({ tool_calls, function_call }: Fields): Fields[] {
  const calls = isObject(tool_calls) ? listOrOne(tool_calls).slice(0, MAX_LISTED).filter(isObject) : [];
  return calls.length > 0 || !isCall(function_call) ? calls : [{ function: function_call }];
}

/** Whether a `function_call` names a function or has arguments. */
export function isCall(functionCall: unknown): functionCall is Fields {
  const { name, arguments: args } = fieldsOf(functionCall);
  return text(name) !== undefined || text(args) !== undefined || isObject(args);
}

/** Audio output. A request refers to it by `id`, a response contains the data. */
function audioAnswer({ data, transcript }: Fields): Part {
  return known({ ...mediaPart('audio', data), transcript: text(transcript) });
}

export function toolCallPart(call: Fields): Part {
  const called = fieldsOf(call.function ?? call.custom);
  return known({
    type: 'tool_call' as const,
    id: label(call.id),
    name: text(called.name) ?? '',
    arguments: argumentsOf(called),
  });
}

/** JSON text. Some servers send the object itself. */
function argumentsOf(called: Fields): unknown {
  const args = called.arguments ?? called.input;
  return isObject(args) ? args : text(args);
}
