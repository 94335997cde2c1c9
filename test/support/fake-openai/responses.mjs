import { textOf, think, words } from './brain.mjs';
import { datedModel, reasons, sum } from './chat-completions.mjs';
import { errorReply, jsonReply, missingReply, namedSseReply, serial } from './reply.mjs';

/** @import { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources/chat/completions' */
/** @import { Response, ResponseCreateParams, ResponseInputItem, ResponseOutputItem, ResponseUsage } from 'openai/resources/responses/responses' */
/** @import { Answer, Params as ChatParams } from './brain.mjs' */
/** @import { ApiRequest } from './index.mjs' */
/** @import { Reply } from './reply.mjs' */
/** @import { Route } from './routes.mjs' */

/** @typedef {ResponseCreateParams & { model: string }} Params */
/**
 * The SDK makes `output_text` itself.
 *
 * @typedef {Omit<Response, 'output_text' | 'usage'> & { usage: ResponseUsage | null }} ApiResponse
 */
/** @typedef {{ type: string, [field: string]: unknown }} Event */

/** Nothing is stored: what is asked for by an id is made from that id. */
const BY_ID = /^\/responses\/(?<id>[^/]+)/;

const CREATED_AT = 1735689600;

/** @type {Route[]} */
export const responses = [
  { method: 'POST', path: /^\/responses$/, answer: create },
  { method: 'POST', path: /^\/responses\/compact$/, answer: compact },
  { method: 'GET', path: /^\/responses\/[^/]+$/, answer: retrieve },
  { method: 'POST', path: /^\/responses\/[^/]+\/cancel$/, answer: cancel },
];

/** @param {ApiRequest} request */
function create(request) {
  const params = /** @type {Params} */ (/** @type {unknown} */ (request.json));
  const missing = missingReply(request, request.json, params.prompt ? [] : ['model']);
  if (missing) return missing;
  const response = answerTo(request, params);
  if (params.background && !params.stream) return jsonReply(request, notYet(response, 'queued'));
  return params.stream ? streamReply(request, response) : jsonReply(request, response);
}

/**
 * @param {ApiRequest} request
 * @param {Params} params
 */
export function answerTo(request, params) {
  const [answer] = think(asChat(params), request);
  if (!answer) throw new TypeError('no answer');
  return outcome(request, describe(request, params, answer));
}

/** @param {ApiRequest} request */
function compact(request) {
  const missing = missingReply(request, request.json, ['model']);
  if (missing) return missing;
  const { messages } = asChat(/** @type {Params} */ (/** @type {unknown} */ (request.json)));
  const said = messages.filter(({ role }) => role === 'user').map(textOf);
  const kept = said.map((text, index) => ({
    id: `msg_fake${serial(request)}${index}`,
    type: 'message',
    status: 'completed',
    role: 'user',
    content: [{ type: 'input_text', text }],
  }));
  const compaction = { id: `cmp_fake${serial(request)}`, type: 'compaction', encrypted_content: 'gAAAAABfake' };
  return jsonReply(request, {
    id: `resp_fake${serial(request)}`,
    object: 'response.compaction',
    created_at: CREATED_AT,
    output: [...kept, compaction],
    usage: usage(sum(said.map(length)), 0, 20, 0),
  });
}

/** @param {ApiRequest} request */
function retrieve(request) {
  const response = stored(request);
  if (!response) return notFound(request);
  if (request.query.get('stream') !== 'true') return jsonReply(request, response);
  return streamReply(request, response, Number(request.query.get('starting_after') ?? -1));
}

/** @param {ApiRequest} request */
function cancel(request) {
  const response = stored(request);
  return response ? jsonReply(request, notYet(response, 'cancelled')) : notFound(request);
}

/** @param {ApiRequest} request */
function stored(request) {
  const id = BY_ID.exec(request.path)?.groups?.id;
  if (!id?.startsWith('resp_')) return undefined;
  const answer = { content: `This is ${id}.`, toolCalls: [], finish: /** @type {const} */ ('stop') };
  return outcome(request, { ...describe(request, { model: 'gpt-4.1', background: true }, answer), id });
}

/** @param {ApiRequest} request */
function notFound(request) {
  const message = `Response with id '${BY_ID.exec(request.path)?.groups?.id}' not found.`;
  return errorReply(request, 404, { message, param: 'id', code: null });
}

/**
 * The question as the brain understands it.
 *
 * @param {Params} params
 * @returns {ChatParams}
 */
function asChat(params) {
  const { model, input = [], instructions, tools = [], tool_choice: choice, text } = params;
  const items = typeof input === 'string' ? [{ role: /** @type {const} */ ('user'), content: input }] : input;
  const format = text?.format;
  return /** @type {ChatParams} */ ({
    model,
    messages: [
      ...(instructions ? [{ role: 'system', content: instructions }] : []),
      ...items.flatMap((item) => asMessage(item)),
    ],
    tools: tools.flatMap((tool) => (tool.type === 'function' ? [asTool(tool)] : [])),
    ...(typeof choice === 'string' ? { tool_choice: choice } : {}),
    ...(typeof choice === 'object' && choice.type === 'function'
      ? { tool_choice: { type: 'function', function: { name: choice.name } } }
      : {}),
    parallel_tool_calls: params.parallel_tool_calls ?? true,
    ...(format?.type === 'json_schema' ? { response_format: { type: 'json_schema', json_schema: format } } : {}),
    ...(format?.type === 'json_object' ? { response_format: format } : {}),
    ...(params.max_output_tokens ? { max_completion_tokens: params.max_output_tokens } : {}),
    reasoning_effort: params.reasoning?.effort ?? null,
  });
}

/**
 * @param {ResponseInputItem} item
 * @returns {ChatCompletionMessageParam[]}
 */
function asMessage(item) {
  if ('role' in item && 'content' in item) {
    return [/** @type {ChatCompletionMessageParam} */ ({ role: item.role, content: item.content })];
  }
  if (item.type !== 'function_call_output') return [];
  const content = typeof item.output === 'string' ? item.output : JSON.stringify(item.output);
  return [{ role: 'tool', tool_call_id: item.call_id, content }];
}

/**
 * @param {{ name: string, parameters: unknown }} tool
 * @returns {ChatCompletionTool}
 */
function asTool({ name, parameters }) {
  return { type: 'function', function: { name, parameters: /** @type {Record<string, unknown>} */ (parameters) } };
}

/**
 * @param {ApiRequest} request
 * @param {Params} params
 * @param {Answer} answer
 * @returns {ApiResponse}
 */
function describe(request, params, answer) {
  const chat = asChat(params);
  const cut = answer.finish === 'length';
  const reasoning = reasons(chat) ? 64 : 0;
  const asked = chat.messages.map((message) => length(textOf(message)));
  const said = length(answer.content ?? '') + sum(answer.toolCalls.map((call) => length(call.function.arguments)));
  return {
    id: `resp_fake${serial(request)}`,
    object: 'response',
    created_at: CREATED_AT,
    status: cut ? 'incomplete' : 'completed',
    background: params.background ?? false,
    error: null,
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    instructions: params.instructions ?? null,
    max_output_tokens: params.max_output_tokens ?? null,
    metadata: {},
    model: datedModel(params.model ?? 'gpt-4.1'),
    output: [...(reasoning ? [thoughts(request)] : []), ...items(request, answer)],
    parallel_tool_calls: params.parallel_tool_calls ?? true,
    previous_response_id: params.previous_response_id ?? null,
    reasoning: { effort: params.reasoning?.effort ?? null, summary: null },
    service_tier: 'default',
    temperature: params.temperature ?? 1,
    text: { format: params.text?.format ?? { type: 'text' }, verbosity: 'medium' },
    tool_choice: params.tool_choice ?? 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: params.top_p ?? 1,
    truncation: 'disabled',
    usage: usage(sum(asked), params.instructions ? length(params.instructions) : 0, said + reasoning, reasoning),
  };
}

/**
 * What a scenario makes of a response.
 *
 * @param {ApiRequest} request
 * @param {ApiResponse} response
 * @returns {ApiResponse}
 */
function outcome({ outcome }, response) {
  switch (outcome) {
    case 'failed': {
      const error = { code: /** @type {const} */ ('server_error'), message: 'The model failed to answer.' };
      return { ...notYet(response, 'failed'), error };
    }
    case 'content_filter':
      return { ...response, status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
    default:
      return response;
  }
}

/**
 * @param {ApiResponse} response
 * @param {Response['status']} status
 * @returns {ApiResponse}
 */
function notYet(response, status) {
  return { ...response, ...(status ? { status } : {}), output: [], usage: null };
}

/**
 * @param {ApiRequest} request
 * @returns {ResponseOutputItem}
 */
function thoughts(request) {
  return { id: `rs_fake${serial(request)}`, type: 'reasoning', summary: [] };
}

/**
 * @param {ApiRequest} request
 * @param {Answer} answer
 * @returns {ResponseOutputItem[]}
 */
function items(request, { content, toolCalls, finish }) {
  if (content === null) {
    return toolCalls.map(({ id, function: called }) => ({
      id: id.replace('call_', 'fc_'),
      type: 'function_call',
      status: 'completed',
      arguments: called.arguments,
      call_id: id,
      name: called.name,
    }));
  }
  return [
    {
      id: `msg_fake${serial(request)}`,
      type: 'message',
      status: finish === 'length' ? 'incomplete' : 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', annotations: [], logprobs: [], text: content }],
    },
  ];
}

/**
 * @param {number} input
 * @param {number} cached
 * @param {number} output
 * @param {number} reasoning
 */
function usage(input, cached, output, reasoning) {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}

/** @param {string} text */
function length(text) {
  return words(text).length;
}

/**
 * @param {ApiRequest} request
 * @param {ApiResponse} response
 * @param {number} [after] The last event that the client has seen.
 * @returns {Reply}
 */
function streamReply(request, response, after = -1) {
  return namedSseReply(request, eventsOf(response).slice(after + 1));
}

/**
 * What a stream says of a response, by HTTP and over a socket.
 *
 * @param {ApiResponse} response
 * @returns {(Event & { sequence_number: number })[]}
 */
export function eventsOf(response) {
  const events = [
    { type: 'response.created', response: notYet(response, 'in_progress') },
    { type: 'response.in_progress', response: notYet(response, 'in_progress') },
    ...response.output.flatMap(itemEvents),
    { type: `response.${response.status}`, response },
  ];
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
}

/**
 * @param {ResponseOutputItem} item
 * @param {number} output_index
 * @returns {Event[]}
 */
function itemEvents(item, output_index) {
  const at = { item_id: item.id, output_index };
  const done = { type: 'response.output_item.done', output_index, item };
  switch (item.type) {
    case 'message':
      return [
        added({ ...item, status: 'in_progress', content: [] }, output_index),
        ...item.content.flatMap((part, content_index) => partEvents(part, { ...at, content_index })),
        done,
      ];
    case 'function_call': {
      const deltas = words(item.arguments).map((delta) => ({
        type: 'response.function_call_arguments.delta',
        ...at,
        delta,
      }));
      const { arguments: all } = item;
      return [
        added({ ...item, status: 'in_progress', arguments: '' }, output_index),
        ...deltas,
        { type: 'response.function_call_arguments.done', ...at, arguments: all },
        done,
      ];
    }
    default:
      return [added(item, output_index), done];
  }
}

/**
 * @param {unknown} item
 * @param {number} output_index
 * @returns {Event}
 */
function added(item, output_index) {
  return { type: 'response.output_item.added', output_index, item };
}

/**
 * @param {object} part
 * @param {object} at
 * @returns {Event[]}
 */
function partEvents(part, at) {
  const text = 'text' in part ? String(part.text) : '';
  return [
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    ...words(text).map((delta) => ({ type: 'response.output_text.delta', ...at, logprobs: [], delta })),
    { type: 'response.output_text.done', ...at, logprobs: [], text },
    { type: 'response.content_part.done', ...at, part },
  ];
}
