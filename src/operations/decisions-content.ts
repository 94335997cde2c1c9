import { known } from '../known.js';
import { type Fields, fieldsOf, listOf, text } from '../read.js';
import type { Content, Message, OutputMessage, Part } from './content.js';
import { textParts } from './content-parts.js';
import { mediaPart } from './media.js';
import { MAX_LISTED } from './operation.js';
import { userTexts } from './user-texts.js';

/** What is to be judged, then the questions about it. */
export function decisionInput(params: Fields): Omit<Content, 'outputMessages'> {
  const evidence = typeof params.input === 'string' ? userTexts(params.input) : listOf(params.input).map(inputItem);
  const questions = listOf(params.questions).map((question) => fieldsOf(question).instructions);
  const asked = questions.map((instructions): Message => ({ role: 'user', parts: contentParts(instructions) }));
  return { inputMessages: [...evidence, ...asked].slice(0, MAX_LISTED) };
}

/** One message an answer. */
export function decisionOutput(body: Fields): OutputMessage[] {
  return listOf(body.answers)
    .slice(0, MAX_LISTED)
    .map((answer) => ({ role: 'assistant', parts: [answerPart(fieldsOf(answer))] }));
}

function inputItem(value: unknown): Message {
  const item = fieldsOf(value);
  const id = text(item.call_id);
  switch (item.type) {
    case 'function_call':
    case 'custom_tool_call': {
      const called = { name: text(item.name) ?? '', arguments: text(item.arguments ?? item.input) };
      return { role: 'assistant', parts: [known({ type: 'tool_call' as const, id, ...called })] };
    }
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const response = typeof item.output === 'string' ? item.output : contentParts(item.output);
      return { role: 'tool', parts: [known({ type: 'tool_call_response' as const, id, response })] };
    }
    default:
      return { role: text(item.role) ?? 'user', parts: contentParts(item.content) };
  }
}

function contentParts(content: unknown): Part[] {
  if (typeof content === 'string') return textParts('text', content);
  return listOf(content)
    .slice(0, MAX_LISTED)
    .flatMap((part) => contentPart(fieldsOf(part)));
}

function contentPart(part: Fields): Part[] {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
      return textParts('text', part.text);
    case 'refusal':
      return textParts('refusal', part.refusal);
    case 'input_image':
      return [mediaPart('image', part.image_url)];
    default:
      return [{ type: 'other', kind: text(part.type) ?? 'unknown' }];
  }
}

function answerPart({ type, name, choice, score, probability, confidence }: Fields): Part {
  return { type: 'other', kind: text(type) ?? 'unknown', ...known({ name, choice, score, probability, confidence }) };
}
