import { words } from './brain.mjs';
import { jsonReply, missingReply, serial, sseReply } from './reply.mjs';

/** @import { Completion, CompletionCreateParams } from 'openai/resources/completions' */
/** @import { Route } from './routes.mjs' */

/** @type {Route} */
export const completions = {
  method: 'POST',
  path: /^\/completions$/,
  answer(request) {
    const missing = missingReply(request, request.json, ['model', 'prompt']);
    if (missing) return missing;
    const params = /** @type {CompletionCreateParams} */ (/** @type {unknown} */ (request.json));
    const prompts = promptsOf(params);
    const answers = prompts.flatMap((prompt) => Array.from({ length: params.n ?? 1 }, () => write(prompt, params)));
    const common = {
      id: `cmpl-fake${serial(request)}`,
      object: /** @type {const} */ ('text_completion'),
      created: 1735689600,
      model: params.model,
      system_fingerprint: 'fp_fake000001',
    };
    const usage = usageOf(prompts, answers);
    if (!params.stream) return jsonReply(request, { ...common, choices: answers.map(choice), usage });
    const chunks = answers.flatMap(pieces).map((choice) => ({ ...common, choices: [choice] }));
    const counted = params.stream_options?.include_usage ? [{ ...common, choices: [], usage }] : [];
    return sseReply(request, [...chunks, ...counted]);
  },
};

/** @typedef {{ said: string[], finish: 'stop' | 'length' }} Answer */

/**
 * Each prompt as its tokens: a word is one.
 *
 * @param {CompletionCreateParams} params
 * @returns {string[][]}
 */
function promptsOf({ prompt }) {
  if (typeof prompt === 'string') return [words(prompt)];
  const all = prompt ?? [];
  if (all.every((token) => typeof token === 'number')) return [all.map(String)];
  return all.map((one) => (typeof one === 'string' ? words(one) : [one].flat().map(String)));
}

/**
 * @param {string[]} prompt
 * @param {CompletionCreateParams} params
 * @returns {Answer}
 */
function write(prompt, params) {
  const said = words(` and so on, after ${prompt.length} tokens.`);
  const limit = params.max_tokens ?? 16;
  return { said: said.slice(0, limit), finish: said.length > limit ? 'length' : 'stop' };
}

/**
 * @param {Answer} answer
 * @param {number} index
 */
function choice({ said, finish }, index) {
  return { text: said.join(''), index, logprobs: null, finish_reason: finish };
}

/**
 * @param {Answer} answer
 * @param {number} index
 */
function pieces({ said, finish }, index) {
  const open = said.map((text) => ({ text, index, logprobs: null, finish_reason: null }));
  return [...open, { text: '', index, logprobs: null, finish_reason: finish }];
}

/**
 * @param {string[][]} prompts
 * @param {Answer[]} answers
 * @returns {Completion['usage']}
 */
function usageOf(prompts, answers) {
  const prompt_tokens = prompts.flat().length;
  const completion_tokens = answers.flatMap(({ said }) => said).length;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
