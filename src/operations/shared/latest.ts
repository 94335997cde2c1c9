import { CUT_MARK } from '../../cut-mark.js';
import { type Fields, fieldsOf, listOf } from '../../read.js';
import type { Message, Part } from '../content.js';
import { MAX_PARTS } from '../operation.js';

const MAX_MESSAGES = 1_000;

/** Describes the last messages of a conversation, in their order. The work is bounded, however many there are. */
export function latest(messages: unknown, describe: (message: Fields) => Message): Message[] {
  const list = listOf(messages);
  const described: Message[] = [];
  // One place is for the mark.
  const most = list.length > MAX_MESSAGES ? MAX_MESSAGES - 1 : MAX_MESSAGES;
  // `undefined` stands for messages that were not looked at.
  const first = list[0] === undefined ? 1 : 0;
  let parts = 0;
  let i = list.length;
  while (i > first && described.length < most && parts < MAX_PARTS) {
    i--;
    const message = describe(fieldsOf(list[i]));
    for (const part of message.parts) parts += weight(part);
    described.push(message);
  }
  if (i > 0) described.push({ role: 'system', parts: [{ type: 'text', content: CUT_MARK }] });
  return described.reverse();
}

/** How many parts a part stands for: the result of a tool can have parts too. */
export function weight(part: Part): number {
  const { response, server_tool_call_response: answer } = fieldsOf(part);
  let parts = 1 + listOf(response).length;
  for (const field of Object.values(fieldsOf(answer))) parts += listOf(field).length;
  return parts;
}
