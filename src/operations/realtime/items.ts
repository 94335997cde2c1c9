import { type Fields, fieldsOf, text } from '../../read.js';
import type { Message } from '../content.js';
import { MAX_LISTED } from '../operation.js';
import { describeItem } from '../responses/items.js';

/** An item of a Realtime conversation as a message. */
export function realtimeItem(item: unknown): Message {
  return describeItem(withTranscripts(fieldsOf(item)), 'user');
}

/** Converts content to the format of the Responses API. Speech becomes its transcript, followed by the audio if the item has it. */
export function withTranscripts(item: Fields): Fields {
  if (!Array.isArray(item.content)) return item;
  return { ...item, content: item.content.slice(0, MAX_LISTED).flatMap(spokenParts) };
}

function spokenParts(part: unknown): unknown[] {
  const { type, transcript, audio } = fieldsOf(part);
  if (type !== 'input_audio' && type !== 'output_audio' && type !== 'audio') return [part];
  const spoken = text(transcript);
  const sound =
    spoken === undefined || text(audio) !== undefined ? [{ type: 'input_audio', input_audio: { data: audio } }] : [];
  return spoken === undefined ? sound : [{ type: 'text', text: spoken }, ...sound];
}
