import { known } from '../known.js';
import { type Fields, fieldsOf, isObject, listOf, text } from '../read.js';
import type { Content, Message, OutputMessage, Part, ToolDefinition } from './content.js';
import { mediaPart } from './media.js';
import { MAX_LISTED } from './operation.js';

const MAX_MESSAGES = 1_000;

/** What the parameters of a chat completion say to the model. */
export function chatInput(params: Fields): Omit<Content, 'outputMessages'> {
  const definitions = toolDefinitions(params);
  return known({
    inputMessages: latest(params.messages).map((message) => inputMessage(fieldsOf(message))),
    toolDefinitions: definitions.length > 0 ? definitions : undefined,
  });
}

/** What the choices of a chat completion say. */
export function chatOutput(body: Fields): OutputMessage[] {
  return listOf(body.choices)
    .slice(0, MAX_LISTED)
    .map((choice) => {
      const { message, finish_reason } = fieldsOf(choice);
      return known({ ...describeMessage(fieldsOf(message), 'assistant'), finish_reason: text(finish_reason) });
    });
}

/** The tools offered, `functions` being their older form, without what only the provider needs. */
export function toolDefinitions(params: Fields): ToolDefinition[] {
  const tools = listOf(params.tools).filter(isObject).map(describeDefinition);
  const functions = listOf(params.functions)
    .filter(isObject)
    .map((fn) => definition('function', fn));
  return [...tools, ...functions].slice(0, MAX_LISTED);
}

/** Type and name alone: descriptions and parameter schemas are the user's text. */
export function listedTools(params: Fields): string | undefined {
  const tools = toolDefinitions(params).map(({ type, name }) => ({ type, name }));
  return tools.length > 0 ? JSON.stringify(tools) : undefined;
}

function describeDefinition(tool: Fields): ToolDefinition {
  return definition(text(tool.type) ?? 'function', fieldsOf(tool.function ?? tool.custom));
}

function definition(type: string, { name, description, parameters }: Fields): ToolDefinition {
  return known({
    type,
    name: text(name),
    description: text(description),
    parameters: isObject(parameters) ? parameters : undefined,
  });
}

/** Of a very long conversation its end, which the model answers to. */
function latest(messages: unknown): readonly unknown[] {
  return listOf(messages).slice(-MAX_MESSAGES);
}

function inputMessage(message: Fields): Message {
  if (message.role !== 'tool' && message.role !== 'function') return describeMessage(message, 'user');
  const response = typeof message.content === 'string' ? message.content : contentParts(message.content);
  return {
    role: 'tool',
    parts: [known({ type: 'tool_call_response' as const, id: text(message.tool_call_id), response })],
  };
}

function describeMessage(message: Fields, defaultRole: string): Message {
  const { role, name, content, refusal, reasoning_content, reasoning, tool_calls, function_call, audio } = message;
  const calls = isObject(function_call) ? [{ function: function_call }] : listOf(tool_calls).slice(0, MAX_LISTED);
  return known({
    role: text(role) ?? defaultRole,
    parts: [
      ...textParts('reasoning', reasoning_content ?? reasoning),
      ...contentParts(content),
      ...textParts('refusal', refusal),
      ...(isObject(audio) ? [audioAnswer(audio)] : []),
      ...calls.filter(isObject).map(toolCallPart),
    ],
    name: text(name),
  });
}

export function contentParts(content: unknown): Part[] {
  return Array.isArray(content) ? content.flatMap((part) => contentPart(fieldsOf(part))) : textParts('text', content);
}

function contentPart(part: Fields): Part[] {
  switch (part.type) {
    case 'text':
      return textParts('text', part.text);
    case 'refusal':
      return textParts('refusal', part.refusal);
    case 'image_url':
      return [mediaPart('image', fieldsOf(part.image_url).url ?? part.image_url)];
    case 'input_audio': {
      const { data, format } = fieldsOf(part.input_audio);
      return [mediaPart('audio', data, text(format) && `audio/${format}`)];
    }
    case 'file': {
      const { file_data, file_id } = fieldsOf(part.file);
      const id = text(file_id);
      return [id ? { type: 'file', modality: 'document', file_id: id } : mediaPart('document', file_data)];
    }
    default:
      return [{ type: 'other', kind: text(part.type) ?? 'unknown' }];
  }
}

/** Sent back as a reference (`id` alone), received with the sound itself. */
function audioAnswer({ data, transcript }: Fields): Part {
  return known({ ...mediaPart('audio', data), transcript: text(transcript) });
}

export function toolCallPart(call: Fields): Part {
  const called = fieldsOf(call.function ?? call.custom);
  return known({
    type: 'tool_call' as const,
    id: text(call.id),
    name: text(called.name) ?? '',
    arguments: text(called.arguments ?? called.input),
  });
}

export function textParts(type: 'text' | 'reasoning' | 'refusal', content: unknown): Part[] {
  return typeof content === 'string' && content !== '' ? [{ type, content }] : [];
}
