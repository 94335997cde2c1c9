import { words } from './brain.mjs';
import { jsonReply, missingReply } from './reply.mjs';

/** @import { EmbeddingCreateParams } from 'openai/resources/embeddings' */
/** @import { Route } from './routes.mjs' */

const DIMENSIONS = 1536;

/** @type {Route} */
export const embeddings = {
  method: 'POST',
  path: /^\/embeddings$/,
  answer(request) {
    const missing = missingReply(request, request.json, ['model', 'input']);
    if (missing) return missing;
    const params = /** @type {EmbeddingCreateParams} */ (/** @type {unknown} */ (request.json));
    const inputs = inputsOf(params);
    const data = inputs.map((tokens, index) => {
      const vector = vectorOf(tokens, params.dimensions ?? DIMENSIONS);
      const embedding = params.encoding_format === 'base64' ? base64(vector) : vector;
      return { object: 'embedding', index, embedding };
    });
    const tokens = inputs.flat().length;
    return jsonReply(request, {
      object: 'list',
      data,
      model: params.model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    });
  },
};

/**
 * Each input as its tokens: a word is one.
 *
 * @param {EmbeddingCreateParams} params
 * @returns {(string | number)[][]}
 */
function inputsOf({ input }) {
  if (typeof input === 'string') return [words(input)];
  const numbers = input.filter((one) => typeof one === 'number');
  if (numbers.length > 0) return [numbers];
  return input.map((one) => (typeof one === 'string' ? words(one) : [one].flat()));
}

/**
 * @param {(string | number)[]} tokens
 * @param {number} dimensions
 */
function vectorOf(tokens, dimensions) {
  return Array.from({ length: dimensions }, (_, i) => ((tokens.length * 7 + i * 13) % 64) / 64);
}

/** @param {number[]} vector */
function base64(vector) {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}
