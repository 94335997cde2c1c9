import { type Fields, fieldsOf, listOf, text } from '../../read.js';
import type { FilePart, Part } from '../content.js';
import { mediaPart } from './media.js';

/** The parts of a message's content or of a tool's result: a string, or a list of parts of chat completions or responses. */
export function contentParts(content: unknown): Part[] {
  if (typeof content === 'string') return textParts('text', content);
  return listOf(content).flatMap((part) => contentPart(fieldsOf(part)));
}

export function textParts(type: 'text' | 'reasoning' | 'refusal', content: unknown): Part[] {
  return typeof content === 'string' && content !== '' ? [{ type, content }] : [];
}

function contentPart(part: Fields): Part[] {
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return textParts('text', part.text);
    case 'summary_text':
    case 'reasoning_text':
      return textParts('reasoning', part.text);
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

function documentPart({ file_id, file_url, file_data }: Fields): Part {
  return filePart('document', file_id) ?? mediaPart('document', file_url ?? file_data);
}

function filePart(modality: string, fileId: unknown): FilePart | undefined {
  const file_id = text(fileId);
  return file_id === undefined ? undefined : { type: 'file', modality, file_id };
}
