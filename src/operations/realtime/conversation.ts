import { fieldsOf, text } from '../../read.js';
import type { Message } from '../content.js';
import { MAX_LISTED } from '../operation.js';
import type { Conversation } from '../socket-api.js';
import { realtimeItem } from './items.js';

/**
 * What the application and the user say between two responses: items that the application sends, and speech that the server
 * turns into items. What the model says is the output of its responses.
 */
export class RealtimeConversation implements Conversation {
  #messages: Message[] = [];
  /** Speech whose transcript may still come, by item. */
  readonly #spoken = new Map<string, Message>();

  sent(message: unknown): void {
    const { type, item } = fieldsOf(message);
    if (type === 'conversation.item.create') this.#add(realtimeItem(item));
  }

  received(message: unknown): void {
    const event = fieldsOf(message);
    const id = text(event.item_id);
    if (id === undefined) return;
    if (event.type === 'input_audio_buffer.committed') this.#hear(id);
    if (event.type === 'conversation.item.input_audio_transcription.completed') this.#understand(id, event.transcript);
  }

  take(): Message[] {
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }

  #hear(id: string): void {
    const message: Message = { role: 'user', parts: [{ type: 'blob', modality: 'audio' }] };
    this.#add(message);
    this.#spoken.set(id, message);
    const [oldest] = this.#spoken.keys();
    if (this.#spoken.size > MAX_LISTED && oldest !== undefined) this.#spoken.delete(oldest);
  }

  #understand(id: string, transcript: unknown): void {
    const spoken = text(transcript);
    const message = this.#spoken.get(id);
    this.#spoken.delete(id);
    if (message && spoken !== undefined) message.parts = [{ type: 'text', content: spoken }];
  }

  #add(message: Message): void {
    this.#messages.push(message);
    if (this.#messages.length > MAX_LISTED) this.#messages.shift();
  }
}
