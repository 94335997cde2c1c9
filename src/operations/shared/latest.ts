import { listOf } from '../../read.js';

const MAX_MESSAGES = 1_000;

/** The last messages of a conversation, so that the work is bounded. */
export function latest(messages: unknown): readonly unknown[] {
  return listOf(messages).slice(-MAX_MESSAGES);
}
