import { listOf } from '../../read.js';
import type { Message } from '../content.js';
import { MAX_LISTED } from '../operation.js';

/** One prompt or several independent ones. Prompts of token numbers are left out. */
export function userTexts(input: unknown): Message[] {
  const all = typeof input === 'string' ? [input] : listOf(input);
  return all
    .slice(0, MAX_LISTED)
    .filter((content): content is string => typeof content === 'string')
    .map((content) => ({ role: 'user', parts: [{ type: 'text', content }] }));
}
