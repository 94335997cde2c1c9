import { textOf, think, words } from './brain.mjs';
import { jsonReply, missingReply, serial, sseReply } from './reply.mjs';

/** @import { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions' */
/** @import { Answer, Params, ToolCall } from './brain.mjs' */
/** @import { Route } from './routes.mjs' */

/** @typedef {Omit<ChatCompletion, 'object' | 'choices'>} Common */

/** @type {Route} */
export const chatCompletions = {
  method: 'POST',
  path: /^\/chat\/completions$/,
  answer(request) {
    const params = /** @type {Params} */ (/** @type {unknown} */ (request.json));
    const missing = missingReply(request, request.json, ['model', 'messages']);
    if (missing) return missing;
    const answers = think(params, request);
    const common = {
      id: `chatcmpl-fake${serial(request)}`,
      created: 1735689600,
      model: datedModel(params.model),
      service_tier: /** @type {const} */ ('default'),
      system_fingerprint: 'fp_fake000001',
    };
    if (!params.stream) return jsonReply(request, completion(common, params, answers));
    return sseReply(request, chunks(common, params, answers));
  },
};

const dates = new Map([
  ['gpt-4.1', '2025-04-14'],
  ['gpt-4.1-mini', '2025-04-14'],
  ['gpt-4o', '2024-08-06'],
  ['gpt-4o-mini', '2024-07-18'],
  ['gpt-5', '2025-08-07'],
  ['gpt-5-mini', '2025-08-07'],
  ['o3-mini', '2025-01-31'],
]);

/** @param {string} model */
export function datedModel(model) {
  const date = dates.get(model);
  return date ? `${model}-${date}` : model;
}

/**
 * @param {Common} common
 * @param {Params} params
 * @param {Answer[]} answers
 * @returns {ChatCompletion}
 */
function completion(common, params, answers) {
  const choices = answers.map((answer, index) =>
    params.functions ? legacy(choice(answer, index)) : choice(answer, index),
  );
  return { ...common, object: 'chat.completion', choices, usage: usage(params, answers) };
}

/**
 * @param {Answer} answer
 * @param {number} index
 * @returns {ChatCompletion.Choice}
 */
function choice({ content, toolCalls, finish }, index) {
  const calls = toolCalls.length > 0 ? { tool_calls: toolCalls } : {};
  const message = { role: /** @type {const} */ ('assistant'), content, ...calls, refusal: null, annotations: [] };
  return { index, message, logprobs: null, finish_reason: finish };
}

/**
 * As it was answered when tools were called functions, and only one was called at once.
 *
 * @param {ChatCompletion.Choice} choice
 * @returns {ChatCompletion.Choice}
 */
function legacy(choice) {
  const { tool_calls: [call] = [], ...message } = choice.message;
  if (call?.type !== 'function') return choice;
  return { ...choice, message: { ...message, function_call: call.function }, finish_reason: 'function_call' };
}

/**
 * @param {Common} common
 * @param {Params} params
 * @param {Answer[]} answers
 * @returns {ChatCompletionChunk[]}
 */
function chunks(common, params, answers) {
  const counted = params.stream_options?.include_usage === true;
  const chunk = {
    ...common,
    object: /** @type {const} */ ('chat.completion.chunk'),
    ...(counted ? { usage: null } : {}),
  };
  const said = interleave(answers.map(deltas)).map((choice) => ({ ...chunk, choices: [choice] }));
  return counted ? [...said, { ...chunk, choices: [], usage: usage(params, answers) }] : said;
}

/**
 * One choice of a stream from its role to its end.
 *
 * @param {Answer} answer
 * @param {number} index
 * @returns {ChatCompletionChunk.Choice[]}
 */
function deltas({ content, toolCalls, finish }, index) {
  const first = { role: /** @type {const} */ ('assistant'), content: content === null ? null : '', refusal: null };
  const said = words(content ?? '').map((word) => ({ content: word }));
  const open = [first, ...said, ...toolCalls.flatMap(toolDeltas)];
  return [
    ...open.map((delta) => ({ index, delta, logprobs: null, finish_reason: null })),
    { index, delta: {}, logprobs: null, finish_reason: finish },
  ];
}

/**
 * @param {ToolCall} call
 * @param {number} index
 * @returns {ChatCompletionChunk.Choice.Delta[]}
 */
function toolDeltas(call, index) {
  const named = { index, ...call, function: { name: call.function.name, arguments: '' } };
  const pieces = words(call.function.arguments).map((piece) => ({ index, function: { arguments: piece } }));
  return [named, ...pieces].map((part) => ({ tool_calls: [part] }));
}

/**
 * The first items of all lists, then the second ones, and so on.
 *
 * @template T
 * @param {T[][]} lists
 * @returns {T[]}
 */
function interleave(lists) {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

/**
 * A word is a token, the instructions come from the cache, and a model that reasons does so for 64 tokens.
 *
 * @param {Params} params
 * @param {Answer[]} answers
 */
function usage(params, answers) {
  const prompt = sum(params.messages.map((message) => words(textOf(message)).length));
  const instructions = params.messages.filter(({ role }) => role === 'system' || role === 'developer');
  const reasoning = reasons(params) ? 64 : 0;
  const completion = sum(answers.map(tokens)) + reasoning;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: sum(instructions.map((message) => words(textOf(message)).length)),
      audio_tokens: 0,
    },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** @param {Params} params */
export function reasons({ model, reasoning_effort }) {
  return reasoning_effort ? reasoning_effort !== 'none' : /^(o\d|gpt-5)/.test(model);
}

/** @param {Answer} answer */
function tokens({ content, toolCalls }) {
  return words(content ?? '').length + sum(toolCalls.map((call) => words(call.function.arguments).length));
}

/** @param {number[]} numbers */
export function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
