import { jsonReply, missingReply, serial } from './reply.mjs';

/** @import { ModerationCreateParams, ModerationMultiModalInput } from 'openai/resources/moderations' */
/** @import { Route } from './routes.mjs' */

const CATEGORIES = [
  'harassment',
  'harassment/threatening',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/instructions',
  'self-harm/intent',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
];

/** @type {Route} */
export const moderations = {
  method: 'POST',
  path: /^\/moderations$/,
  answer(request) {
    const missing = missingReply(request, request.json, ['input']);
    if (missing) return missing;
    const params = /** @type {ModerationCreateParams} */ (/** @type {unknown} */ (request.json));
    return jsonReply(request, {
      id: `modr-fake${serial(request)}`,
      model: params.model === undefined ? 'omni-moderation-latest' : `${params.model}`,
      results: textsOf(params).map(judge),
    });
  },
};

/**
 * Texts are judged one by one, parts of a message as one.
 *
 * @param {ModerationCreateParams} params
 */
function textsOf({ input }) {
  if (typeof input === 'string') return [input];
  const texts = input.filter((one) => typeof one === 'string');
  if (texts.length > 0) return texts;
  const parts = /** @type {ModerationMultiModalInput[]} */ (input);
  return [parts.map((part) => (part.type === 'text' ? part.text : '')).join(' ')];
}

/** @param {string} text */
function judge(text) {
  const violent = /\bkill\b/.test(text);
  /** @param {(category: string) => unknown} value */
  const each = (value) => Object.fromEntries(CATEGORIES.map((category) => [category, value(category)]));
  return {
    flagged: violent,
    categories: each((category) => violent && category === 'violence'),
    category_scores: each((category) => (violent && category === 'violence' ? 0.97 : 0.0001)),
    category_applied_input_types: each(() => ['text']),
  };
}
