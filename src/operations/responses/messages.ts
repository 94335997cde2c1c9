import { known } from '../../known.js';
import { type Fields, fieldsOf, listOf, text } from '../../read.js';
import type { Content, Message, OutputMessage, Part } from '../content.js';
import { MAX_LISTED, MAX_PARTS } from '../operation.js';
import { textParts } from '../shared/content-parts.js';
import { latest, weight } from '../shared/latest.js';
import { toolDefinitions } from '../shared/tool-definitions.js';
import { describeItem } from './items.js';

/** The content of the parameters of a response. */
export function responseInput(params: Fields): Omit<Content, 'outputMessages'> {
  const { input } = params;
  const instructions = textParts('text', params.instructions);
  const definitions = toolDefinitions(params);
  return known({
    promptVariables: promptVariables(fieldsOf(params.prompt)),
    systemInstructions: instructions.length > 0 ? instructions : undefined,
    inputMessages: conversation(typeof input === 'string' ? [{ content: input }] : input),
    toolDefinitions: definitions.length > 0 ? definitions : undefined,
  });
}

/** The texts among the variables of a stored prompt. Images and files are left out. */
function promptVariables({ variables }: Fields): Record<string, string> | undefined {
  const texts = Object.entries(fieldsOf(variables))
    .slice(0, MAX_LISTED)
    .map(([name, value]) => [name, text(value) ?? text(fieldsOf(value).text)] as const)
    .filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
  return texts.length > 0 ? Object.fromEntries(texts) : undefined;
}

/** All output items together are one message. */
export function responseOutput(body: Fields, finish_reason: string): OutputMessage[] {
  const items = listOf(body.output).slice(0, MAX_LISTED);
  const parts: Part[] = [];
  let room = MAX_PARTS;
  for (const item of items) {
    if (room <= 0) break;
    const described = describeItem(fieldsOf(item), 'assistant').parts;
    for (const part of described) room -= weight(part);
    parts.push(...described);
  }
  return items.length > 0 ? [{ role: 'assistant', parts, finish_reason }] : [];
}

/** Consecutive items of the model become one message, each other item becomes a message of its own. */
export function conversation(items: unknown): Message[] {
  const messages: Message[] = [];
  for (const message of latest(items, (item) => describeItem(item, 'user'))) {
    const last = messages.at(-1);
    if (last?.role === 'assistant' && message.role === 'assistant') last.parts.push(...message.parts);
    else messages.push(message);
  }
  return messages;
}
