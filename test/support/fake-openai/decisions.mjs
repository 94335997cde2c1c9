import { words } from './brain.mjs';
import { jsonReply, missingReply } from './reply.mjs';

/** @import { Route } from './routes.mjs' */

/** @typedef {{ type: string, name?: string | null, instructions?: string, choices?: { value: unknown }[], levels?: { label: string }[] }} Question */

/** @type {Route} */
export const decisions = {
  method: 'POST',
  path: /^\/decisions$/,
  answer(request) {
    const missing = missingReply(request, request.json, ['model', 'input', 'questions']);
    if (missing) return missing;
    const questions = /** @type {Question[]} */ (request.json.questions);
    const input = words(JSON.stringify(request.json.input)).length;
    return jsonReply(request, {
      answers: questions.map(decide),
      model: request.json.model,
      usage: {
        input_tokens: input,
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        output_tokens: questions.length,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: input + questions.length,
      },
    });
  },
};

/**
 * What it is asked to `refuse` it does.
 *
 * @param {Question} question
 */
function decide({ type, name = null, instructions = '', choices = [], levels = [] }) {
  if (JSON.stringify(instructions).includes('refuse')) return { type: 'refusal', name };
  if (type === 'predicate') return { type, name, probability: 0.75 };
  if (type === 'choice') {
    const probabilities = choices.map(({ value }, i) => ({ value, probability: i === 0 ? 1 : 0 }));
    return { type, name, choice: choices[0]?.value, confidence: 0.9, probabilities };
  }
  const probabilities = levels.map(({ label }, value) => ({ label, value, probability: value === 0 ? 1 : 0 }));
  return { type, name, score: 0, confidence: 0.8, probabilities };
}
