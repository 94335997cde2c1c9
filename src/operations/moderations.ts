import { fieldsOf, isObject, listOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { Message } from './content.js';
import { MAX_LISTED, type Operation } from './operation.js';
import { contentParts } from './shared/content-parts.js';
import { userTexts } from './shared/user-texts.js';

/** `POST /moderations`; SDK v4 to v7. */
export const moderations: Operation = {
  name: 'moderation',
  resource: 'Moderations',
  method: 'create',

  request([params]) {
    const model = text(fieldsOf(params).model);
    return { target: model, attributes: { [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model } };
  },

  response(result) {
    const { id, model } = fieldsOf(result);
    const attributes = {
      [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(id),
      [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(model),
    };
    return { attributes, choices: [] };
  },

  input: ([params]) => ({ inputMessages: inputMessages(fieldsOf(params).input) }),
};

/** Several texts are moderated one by one. A list of texts and images is moderated as a whole. */
function inputMessages(input: unknown): Message[] {
  const parts = listOf(input).slice(0, MAX_LISTED);
  return parts.some(isObject) ? [{ role: 'user', parts: contentParts(parts) }] : userTexts(input);
}
