import { serial } from './reply.mjs';
import { fitting, namesIn } from './schema.mjs';

/** @import { ChatCompletionCreateParams, ChatCompletionMessageFunctionToolCall } from 'openai/resources/chat/completions' */
/** @import { FunctionDefinition } from 'openai/resources/shared' */
/** @import { ApiRequest } from './index.mjs' */
/** @import { Schema } from './schema.mjs' */

/** @typedef {ChatCompletionCreateParams} Params */
/** @typedef {ChatCompletionMessageFunctionToolCall} ToolCall */

/**
 * @typedef {object} Answer
 * @property {string | null} content
 * @property {ToolCall[]} toolCalls
 * @property {'stop' | 'length' | 'tool_calls'} finish
 */

/** How many words of the question an answer repeats. */
const QUOTED_WORDS = 12;

/** Words of tool names that a question contains or lacks by chance. */
const VAGUE = new Set(['a', 'by', 'do', 'find', 'for', 'get', 'in', 'is', 'list', 'make', 'of', 'set', 'the', 'to']);

/**
 * What the model has to say: one answer per choice.
 *
 * @param {Params} params
 * @param {ApiRequest} request
 * @returns {Answer[]}
 */
export function think(params, request) {
  const tools = toolsToCall(params);
  return Array.from({ length: params.n ?? 1 }, (_, choice) =>
    tools.length > 0 ? callTools(tools, params, `${serial(request)}_${choice}`) : speak(params, request, choice),
  );
}

/**
 * Text as the model makes it, a word at a time; what stands between words belongs to the one before.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function words(text) {
  return text.match(/[\p{L}\p{N}_']+[^\p{L}\p{N}_']*|[^\p{L}\p{N}_']+/gu) ?? [];
}

/**
 * @param {Params['messages'][number]} message
 * @returns {string}
 */
export function textOf({ content }) {
  if (!Array.isArray(content)) return content ?? '';
  return content.map((part) => ('text' in part ? part.text : '')).join(' ');
}

/** @param {Params} params */
function question({ messages }) {
  const asked = messages.filter(({ role }) => role === 'user').at(-1);
  return asked ? textOf(asked) : '';
}

/** @param {Params} params */
function toolsToCall(params) {
  if (isResult(params.messages.at(-1)) || params.tool_choice === 'none') return [];
  const tools = (params.tools ?? []).flatMap((tool) => (tool.type === 'function' ? [tool.function] : []));
  const functions = params.functions ?? [];
  const choice = params.tool_choice ?? 'auto';
  if (typeof choice === 'object' && choice.type === 'function') {
    return tools.filter(({ name }) => name === choice.function.name);
  }
  const asked = [...tools, ...functions].filter(({ name }) => mentions(question(params), name));
  const wanted = asked.length === 0 && choice === 'required' ? tools.slice(0, 1) : asked;
  return params.parallel_tool_calls === false ? wanted.slice(0, 1) : wanted;
}

/**
 * @param {string} text
 * @param {string} toolName
 */
function mentions(text, toolName) {
  const spoken = text.toLowerCase();
  const named = toolName
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase()
    .split(/[_-]/);
  return named.some((word) => word !== '' && !VAGUE.has(word) && new RegExp(`\\b${word}`).test(spoken));
}

/**
 * @param {FunctionDefinition[]} tools
 * @param {Params} params
 * @param {string} seed
 * @returns {Answer}
 */
function callTools(tools, params, seed) {
  const calls = tools.flatMap((tool) => occasions(question(params)).map((occasion) => ({ ...tool, occasion })));
  const toolCalls = calls.map(({ name, parameters, occasion }, index) => {
    const schema = /** @type {Schema} */ (parameters ?? {});
    const args = JSON.stringify(fitting({ required: [], ...schema }, occasion));
    return {
      id: `call_fake${seed}${index}`,
      type: /** @type {const} */ ('function'),
      function: { name, arguments: args },
    };
  });
  return { content: null, toolCalls, finish: 'tool_calls' };
}

/**
 * What to call a tool for: "the weather in Paris" is one call, "the weather in Paris and in Rome, each" is two.
 *
 * @param {string} text
 */
function occasions(text) {
  const names = /\beach\b/.test(text) ? namesIn(text) : [];
  return names.length > 0 ? names.map((name) => `for ${name}`) : [text];
}

/**
 * @param {Params} params
 * @param {ApiRequest} request
 * @param {number} choice
 * @returns {Answer}
 */
function speak(params, request, choice) {
  const all = words(request.words === undefined ? thought(params, choice) : 'word '.repeat(request.words));
  const limit = params.max_completion_tokens ?? params.max_tokens ?? all.length;
  const content = all.slice(0, limit).join('');
  return { content, toolCalls: [], finish: all.length > limit ? 'length' : 'stop' };
}

/**
 * @param {Params} params
 * @param {number} choice
 */
function thought(params, choice) {
  const format = params.response_format;
  if (format?.type === 'json_schema') {
    const schema = /** @type {Schema} */ (format.json_schema.schema ?? {});
    return JSON.stringify(fitting(schema, question(params)));
  }
  const text = inWords(params);
  if (format?.type === 'json_object') return JSON.stringify({ answer: text });
  return choice === 0 ? text : `${text} (Take ${choice + 1}.)`;
}

/** @param {Params} params */
function inWords(params) {
  const results = toolResults(params);
  if (results.length > 0) return `The tools say: ${results.join('; ')}`;
  const quoted = words(question(params)).slice(0, QUOTED_WORDS).join('').trim();
  return `You said: ${quoted}`;
}

/** @param {Params['messages'][number] | undefined} message */
function isResult(message) {
  return message?.role === 'tool' || message?.role === 'function';
}

/**
 * The results since the model spoke last.
 *
 * @param {Params} params
 */
function toolResults({ messages }) {
  const spoke = messages.map((message) => !isResult(message)).lastIndexOf(true);
  return messages.slice(spoke + 1).map(textOf);
}
