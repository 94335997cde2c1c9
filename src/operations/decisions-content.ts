import { known } from '../known.js';
import { type Fields, fieldsOf, listOf, text } from '../read.js';
import type { Content, Message, OutputMessage, Part } from './content.js';
import { MAX_LISTED } from './operation.js';
import { describeItem } from './responses/items.js';
import { contentParts } from './shared/content-parts.js';
import { latest } from './shared/latest.js';
import { userTexts } from './shared/user-texts.js';

/** The input to judge, then the questions about it. */
export function decisionInput(params: Fields): Omit<Content, 'outputMessages'> {
  const { input } = params;
  const inputMessages =
    typeof input === 'string' ? userTexts(input) : latest(input, (item) => describeItem(item, 'user'));
  return { inputMessages: [...inputMessages, ...latest(params.questions, questionMessage)] };
}

function questionMessage({ instructions }: Fields): Message {
  return { role: 'user', parts: contentParts(instructions) };
}

/** One message per answer. */
export function decisionOutput(body: Fields): OutputMessage[] {
  return listOf(body.answers)
    .slice(0, MAX_LISTED)
    .map((answer) => ({ role: 'assistant', parts: [answerPart(fieldsOf(answer))], finish_reason: 'stop' }));
}

function answerPart({ type, name, choice, score, probability, confidence }: Fields): Part {
  return { type: 'other', kind: text(type) ?? 'unknown', ...known({ name, choice, score, probability, confidence }) };
}
