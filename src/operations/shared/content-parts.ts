import { type Fields, fieldsOf, listOf, listOrOne, text } from '../../read.js';
import type { FilePart, Part } from '../content.js';
import { MAX_LISTED, MAX_PARTS } from '../operation.js';
import { mediaPart } from './media.js';

/** The most pieces of one reasoning: more than the characters of a text that are usually recorded. */
const MAX_PIECES = 10_000;

/**
 * The parts of a message's content or of a tool's result: a string, or a list of parts of chat completions or responses.
 * @param most how many parts are described
 */
export function contentParts(content: unknown, most = MAX_PARTS): Part[] {
  if (typeof content === 'string') return textParts('text', content);
  return listOrOne(content)
    .slice(0, most)
    .flatMap((part) => contentPart(part));
}

export function textParts(type: 'text' | 'reasoning' | 'refusal', content: unknown): Part[] {
  return typeof content === 'string' && content !== '' ? [{ type, content }] : [];
}

function contentPart(value: unknown): Part[] {
  if (typeof value === 'string') return textParts('text', value);
  const part = fieldsOf(value);
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return textParts('text', part.text);
    case 'summary_text':
    case 'reasoning_text':
      return textParts('reasoning', part.text);
    case 'thinking':
      return textParts('reasoning', thinkingText(part));
    case 'refusal':
      return textParts('refusal', part.refusal);
    case 'image_url':
      return [mediaPart('image', fieldsOf(part.image_url).url ?? part.image_url)];
    case 'input_image':
    case 'computer_screenshot':
      return [filePart('image', part.file_id) ?? mediaPart('image', part.image_url)];
    case 'input_audio': {
      const { data, format } = fieldsOf(part.input_audio);
      return [mediaPart('audio', data, text(format) && `audio/${format}`)];
    }
    case 'file':
      return [documentPart(fieldsOf(part.file))];
    case 'input_file':
      return [documentPart(part)];
    default:
      return [{ type: 'other', kind: text(part.type) ?? 'unknown' }];
  }
}

/**
 * The reasoning of a message or of a delta, from the first field that has some: `reasoning_content` (DeepSeek, vLLM) or
 * `reasoning` (OpenRouter, Groq) as text, otherwise as lists of parts (OpenRouter, LiteLLM).
 */
export function reasoningText(message: Fields): string | undefined {
  const { reasoning_content, reasoning, reasoning_details, thinking_blocks } = message;
  return (
    reasoningOf(reasoning_content) ??
    reasoningOf(reasoning) ??
    reasoningOf(reasoning_details) ??
    reasoningOf(thinking_blocks)
  );
}

function reasoningOf(field: unknown): string | undefined {
  if (field === undefined || field === null) return undefined;
  return text(field) ?? text(listOrOne(field).slice(0, MAX_PIECES).map(thinkingText).join(''));
}

/** The text of a reasoning part. Mistral has a list of text parts in `thinking`, Anthropic a string. */
function thinkingText(value: unknown): string {
  if (typeof value === 'string') return value;
  const part = fieldsOf(value);
  const found = text(part.text) ?? text(part.thinking) ?? text(part.summary);
  return (
    found ??
    listOf(part.thinking)
      .slice(0, MAX_LISTED)
      .map((inner) => text(fieldsOf(inner).text) ?? '')
      .join('')
  );
}

function documentPart({ file_id, file_url, file_data }: Fields): Part {
  return filePart('document', file_id) ?? mediaPart('document', file_url ?? file_data);
}

function filePart(modality: string, fileId: unknown): FilePart | undefined {
  const file_id = text(fileId);
  return file_id === undefined ? undefined : { type: 'file', modality, file_id };
}
