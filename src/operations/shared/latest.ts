import { listOf } from '../../read.js';

const MAX_MESSAGES = 1_000;

/** Of a very long conversation its end, which the model answers to. */
export function latest(messages: unknown): readonly unknown[] {
  return listOf(messages).slice(-MAX_MESSAGES);
}
