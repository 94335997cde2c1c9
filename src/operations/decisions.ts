import { fieldsOf, listOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import { decisionInput, decisionOutput } from './decisions-content.js';
import { type Choice, MAX_LISTED, type Operation } from './operation.js';
import { tokenUsage } from './shared/token-usage.js';

/** `POST /decisions`: questions about an input, with one answer per question; SDK v7.30 and later. */
export const decisions: Operation = {
  name: 'decision',
  resource: 'Decisions',
  method: 'create',

  request([params]) {
    const model = text(fieldsOf(params).model);
    return { target: model, attributes: { [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model } };
  },

  response(result) {
    const body = fieldsOf(result);
    const attributes = {
      [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(body.model),
      ...tokenUsage(body.usage),
    };
    return { attributes, choices: listOf(body.answers).slice(0, MAX_LISTED).map(describeAnswer) };
  },

  input: ([params]) => decisionInput(fieldsOf(params)),
  output: (result) => decisionOutput(fieldsOf(result)),
};

function describeAnswer(answer: unknown, index: number): Choice {
  return { index, refused: fieldsOf(answer).type === 'refusal' };
}
