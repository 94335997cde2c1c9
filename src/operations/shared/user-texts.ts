import { listOf } from '../../read.js';
import type { Message } from '../content.js';
import { MAX_LISTED } from '../operation.js';

/** A prompt, or several apart from each other. Those made of token numbers have nothing to read. */
export function userTexts(input: unknown): Message[] {
  const all = typeof input === 'string' ? [input] : listOf(input);
  return all
    .slice(0, MAX_LISTED)
    .filter((content): content is string => typeof content === 'string')
    .map((content) => ({ role: 'user', parts: [{ type: 'text', content }] }));
}
