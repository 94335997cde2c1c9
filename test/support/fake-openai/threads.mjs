import { words } from './brain.mjs';
import { DONE, jsonReply, missingReply, namedSseReply, polledReply, serial } from './reply.mjs';

/** @import { ApiRequest } from './index.mjs' */
/** @import { Reply } from './reply.mjs' */
/** @import { Route } from './routes.mjs' */

/** @typedef {Record<string, unknown>} Json */

const SAID = 'The answer is forty-two.';

/**
 * Runs of assistants. One that streams comes to its end, or to a tool that it wants called if the request offers one; any
 * other is queued. The assistant `asst_failing` fails at once. A run that is polled ends as its id says, which is made from the
 * assistant: `asst_expired` has runs like `run_expired_fake0001`.
 *
 * @type {Route[]}
 */
export const threads = [
  {
    method: 'POST',
    path: /^\/threads\/runs$/,
    answer: (request) =>
      missingReply(request, request.json, ['assistant_id']) ?? start(request, `thread_fake${serial(request)}`),
  },
  {
    method: 'POST',
    path: /^\/threads\/[^/]+\/runs$/,
    answer: (request) => missingReply(request, request.json, ['assistant_id']) ?? start(request, segment(request, 2)),
  },
  { method: 'GET', path: /^\/threads\/[^/]+\/runs\/[^/]+$/, answer: poll },
  {
    method: 'POST',
    path: /^\/threads\/[^/]+\/runs\/[^/]+\/submit_tool_outputs$/,
    answer: (request) =>
      missingReply(request, request.json, ['tool_outputs']) ??
      reply(request, run(request, segment(request, 2), segment(request, 4)), SAID),
  },
];

/**
 * @param {ApiRequest} request
 * @param {string} threadId
 */
function start(request, threadId) {
  const [, ending = ''] = /^asst_(expired|failed|requires_action)$/.exec(String(request.json.assistant_id)) ?? [];
  const id = `run_${ending && `${ending}_`}fake${serial(request)}`;
  return reply(request, run(request, threadId, id), wantsTool(request) ? undefined : SAID);
}

/** @param {ApiRequest} request */
function poll(request) {
  const id = segment(request, 4);
  const queued = run(request, segment(request, 2), id);
  return polledReply(request, { ...queued, status: 'in_progress' }, ended(request, queued, id));
}

/**
 * @param {ApiRequest} request
 * @param {Json} queued
 * @param {string} id
 */
function ended(request, queued, id) {
  if (id.startsWith('run_failed')) return fail(queued);
  if (id.startsWith('run_expired')) return { ...queued, status: 'expired', usage: USAGE };
  if (id.startsWith('run_requires_action')) return ask({ ...request, json: { tools: [TOOL] } }, queued);
  return { ...queued, status: 'completed', usage: USAGE };
}

const USAGE = { prompt_tokens: 30, completion_tokens: 7, total_tokens: 37 };
const TOOL = { type: 'function', function: { name: 'get_weather' } };

/**
 * @param {ApiRequest} request
 * @param {number} at
 */
function segment({ path }, at) {
  return path.split('/').at(at) ?? '';
}

/** @param {ApiRequest} request */
function wantsTool({ json }) {
  return Array.isArray(json.tools) && json.tools.length > 0;
}

/**
 * @param {ApiRequest} request
 * @param {Json} queued
 * @param {string | undefined} said
 * @returns {Reply}
 */
function reply(request, queued, said) {
  if (!request.json.stream)
    return jsonReply(request, request.json.assistant_id === 'asst_failing' ? fail(queued) : queued);
  const begun = [
    { event: 'thread.run.created', data: queued },
    { event: 'thread.run.in_progress', data: { ...queued, status: 'in_progress' } },
  ];
  const stream = namedSseReply(request, [...begun, ...rest(request, queued, said)]);
  return { ...stream, parts: [...stream.parts, `event: done\n${DONE}`] };
}

/**
 * @param {ApiRequest} request
 * @param {Json} queued
 * @param {string | undefined} said
 */
function rest(request, queued, said) {
  if (queued.assistant_id === 'asst_failing') return [{ event: 'thread.run.failed', data: fail(queued) }];
  if (said === undefined) return [{ event: 'thread.run.requires_action', data: ask(request, queued) }];
  const usage = { prompt_tokens: 20, completion_tokens: words(said).length, total_tokens: 20 + words(said).length };
  const id = `msg_fake${serial(request)}`;
  const message = { id, object: 'thread.message', role: 'assistant', run_id: queued.id, status: 'completed' };
  const step_details = { type: 'message_creation', message_creation: { message_id: id } };
  const step = { id: 'step_fake', object: 'thread.run.step', step_details, status: 'completed' };
  return [
    { event: 'thread.run.step.created', data: { ...step, status: 'in_progress' } },
    { event: 'thread.message.created', data: { ...message, status: 'in_progress', content: [] } },
    ...words(said).map((value) => ({
      event: 'thread.message.delta',
      data: {
        id,
        object: 'thread.message.delta',
        delta: { content: [{ index: 0, type: 'text', text: { value, annotations: [] } }] },
      },
    })),
    {
      event: 'thread.message.completed',
      data: { ...message, content: [{ type: 'text', text: { value: said, annotations: [] } }] },
    },
    { event: 'thread.run.step.completed', data: step },
    { event: 'thread.run.completed', data: { ...queued, status: 'completed', completed_at: 1735689603, usage } },
  ];
}

/**
 * @param {ApiRequest} request
 * @param {string} threadId
 * @param {string} id
 * @returns {Json}
 */
function run({ json }, threadId, id) {
  return {
    id,
    object: 'thread.run',
    created_at: 1735689600,
    assistant_id: json.assistant_id ?? 'asst_fake',
    thread_id: threadId,
    status: 'queued',
    required_action: null,
    last_error: null,
    incomplete_details: null,
    model: json.model ?? 'gpt-4o-2024-08-06',
    instructions: json.instructions ?? 'Be brief.',
    tools: json.tools ?? [],
    usage: null,
  };
}

/** @param {Json} queued */
function fail(queued) {
  const last_error = { code: 'rate_limit_exceeded', message: 'You exceeded your current quota.' };
  return { ...queued, status: 'failed', failed_at: 1735689602, last_error };
}

/**
 * @param {ApiRequest} request
 * @param {Json} queued
 */
function ask({ json }, queued) {
  const [tool] = /** @type {{ function?: { name: string } }[]} */ (json.tools);
  const call = {
    id: 'call_fake0',
    type: 'function',
    function: { name: tool?.function?.name ?? 'unnamed', arguments: '{"city":"Paris"}' },
  };
  const required_action = { type: 'submit_tool_outputs', submit_tool_outputs: { tool_calls: [call] } };
  return { ...queued, status: 'requires_action', required_action };
}
