import { known } from '../../known.js';
import { type Fields, fieldsOf, listOf } from '../../read.js';
import type { Content, Message, OutputMessage } from '../content.js';
import { MAX_LISTED } from '../operation.js';
import { textParts } from '../shared/content-parts.js';
import { latest } from '../shared/latest.js';
import { toolDefinitions } from '../shared/tool-definitions.js';
import { describeItem } from './items.js';

/** The content of the parameters of a response. */
export function responseInput(params: Fields): Omit<Content, 'outputMessages'> {
  const { input } = params;
  const instructions = textParts('text', params.instructions);
  const definitions = toolDefinitions(params);
  return known({
    systemInstructions: instructions.length > 0 ? instructions : undefined,
    inputMessages: conversation(typeof input === 'string' ? [{ content: input }] : latest(input)),
    toolDefinitions: definitions.length > 0 ? definitions : undefined,
  });
}

/** All output items together are one message. */
export function responseOutput(body: Fields, finish_reason: string): OutputMessage[] {
  const items = listOf(body.output).slice(0, MAX_LISTED);
  const parts = items.flatMap((item) => describeItem(fieldsOf(item), 'assistant').parts);
  return items.length > 0 ? [{ role: 'assistant', parts, finish_reason }] : [];
}

/** Consecutive items of the model become one message, each other item becomes a message of its own. */
export function conversation(items: readonly unknown[]): Message[] {
  const messages: Message[] = [];
  for (const item of items) {
    const message = describeItem(fieldsOf(item), 'user');
    const last = messages.at(-1);
    if (last?.role === 'assistant' && message.role === 'assistant') last.parts.push(...message.parts);
    else messages.push(message);
  }
  return messages;
}
