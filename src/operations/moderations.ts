import type { Attributes } from '@opentelemetry/api';
import { type Fields, fieldsOf, isObject, listOf, listOrOne, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { Message } from './content.js';
import { MAX_LISTED, type Operation } from './operation.js';
import { contentParts } from './shared/content-parts.js';
import { usageAttributes } from './shared/token-usage.js';
import { userTexts } from './shared/user-texts.js';

const MAX_RESULTS = 1_000;

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
    const body = fieldsOf(result);
    const attributes = {
      [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(body.id),
      [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(body.model),
      ...verdict(body),
      ...usageAttributes(body),
    };
    return { attributes, choices: [] };
  },

  input: ([params]) => ({ inputMessages: inputMessages(fieldsOf(params).input) }),
};

/** Whether at least one result is flagged, and the categories that are true in at least one result. */
function verdict({ results }: Fields): Attributes {
  const all = listOrOne(results).slice(0, MAX_RESULTS).map(fieldsOf);
  const flags = all.map(({ flagged }) => flagged).filter((flag) => typeof flag === 'boolean');
  const categories = new Set(all.flatMap(({ categories }) => namesOfTrue(fieldsOf(categories))));
  return {
    [semconv.ATTR_LLM_MODERATION_FLAGGED]: flags.length > 0 ? flags.includes(true) : undefined,
    [semconv.ATTR_LLM_MODERATION_CATEGORIES]:
      categories.size > 0 ? [...categories].sort().slice(0, MAX_LISTED) : undefined,
  };
}

function namesOfTrue(categories: Fields): string[] {
  return Object.keys(categories)
    .slice(0, MAX_LISTED)
    .filter((name) => categories[name] === true);
}

/** Several texts are moderated one by one. A list of texts and images is moderated as a whole. */
function inputMessages(input: unknown): Message[] {
  const parts = listOf(input).slice(0, MAX_LISTED);
  return parts.some(isObject) ? [{ role: 'user', parts: contentParts(parts) }] : userTexts(input);
}
