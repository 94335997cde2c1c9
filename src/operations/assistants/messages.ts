import { known } from '../../known.js';
import { type Fields, fieldsOf, isObject, listOf, text } from '../../read.js';
import { toolCallPart } from '../chat/messages.js';
import type { Content, Message, OutputMessage, Part } from '../content.js';
import { MAX_LISTED, MAX_PARTS } from '../operation.js';
import { contentParts, textParts } from '../shared/content-parts.js';
import { latest } from '../shared/latest.js';
import { toolDefinitions } from '../shared/tool-definitions.js';

/** The content of a run's parameters: messages that the request adds, not those already in the thread. */
export function runInput(params: Fields): Omit<Content, 'outputMessages'> {
  const messages = [...listOf(fieldsOf(params.thread).messages), ...listOf(params.additional_messages)];
  const instructions = [
    ...textParts('text', params.instructions),
    ...textParts('text', params.additional_instructions),
  ];
  const tools = toolDefinitions(params);
  return known({
    inputMessages: latest(messages, inputMessage),
    systemInstructions: instructions.length > 0 ? instructions : undefined,
    toolDefinitions: tools.length > 0 ? tools : undefined,
  });
}

/** The results of the tools that a run required. */
export function toolOutputs(params: Fields): Message[] {
  return listOf(params.tool_outputs)
    .slice(0, MAX_LISTED)
    .map((result) => {
      const { tool_call_id, output } = fieldsOf(result);
      const part = known({ type: 'tool_call_response' as const, id: text(tool_call_id), response: output ?? '' });
      return { role: 'tool', parts: [part] };
    });
}

/** The `messages` of a run's stream, and the tool calls that the run requires. */
export function runOutput(run: Fields, finish_reason = 'error'): OutputMessage[] {
  const content = listOf(run.messages).flatMap((message) => listOf(fieldsOf(message).content).map(answerPart));
  const { submit_tool_outputs } = fieldsOf(run.required_action);
  const calls = listOf(fieldsOf(submit_tool_outputs).tool_calls).filter(isObject).map(toolCallPart);
  const parts = [...content, ...calls].slice(0, MAX_LISTED);
  return parts.length > 0 ? [{ role: 'assistant', parts, finish_reason }] : [];
}

function inputMessage({ role, content }: Fields): Message {
  return { role: text(role) ?? 'user', parts: messageParts(content) };
}

/** The parts of a chat message, and images by their file id. */
function messageParts(content: unknown): Part[] {
  if (!Array.isArray(content)) return contentParts(content);
  return content.slice(0, MAX_PARTS).flatMap((part) => imageFile(fieldsOf(part)) ?? contentParts([part]));
}

function imageFile(part: Fields): Part | undefined {
  const id = text(fieldsOf(part.image_file).file_id);
  return id === undefined ? undefined : { type: 'file', modality: 'image', file_id: id };
}

function answerPart(value: unknown): Part {
  const part = fieldsOf(value);
  const [content] = [...textParts('text', fieldsOf(part.text).value), ...textParts('refusal', part.refusal)];
  return content ?? imageFile(part) ?? { type: 'other', kind: text(part.type) ?? 'unknown' };
}
