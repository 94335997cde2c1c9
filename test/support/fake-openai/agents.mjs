import { words } from './brain.mjs';
import { jsonReply, missingReply, namedSseReply, serial } from './reply.mjs';

/** @import { ApiRequest } from './index.mjs' */
/** @import { Route } from './routes.mjs' */

/** @typedef {Record<string, unknown>} Json */

const SAID = 'The answer is forty-two.';

/**
 * Sessions of agents that the API runs, each with one turn of the agent and one of a subagent. A session whose id has `failing` in it
 * fails, as does one of the agent `agent_failing`.
 *
 * @type {Route[]}
 */
export const agents = [
  { method: 'POST', path: /^\/agents\/sessions$/, answer: create },
  {
    method: 'GET',
    path: /^\/agents\/sessions\/[^/]+$/,
    answer: (request) => jsonReply(request, session(segment(request, 3), 'idle')),
  },
  {
    method: 'GET',
    path: /^\/agents\/sessions\/[^/]+\/events$/,
    answer: (request) => namedSseReply(request, turns(request, segment(request, 3))),
  },
  {
    method: 'POST',
    path: /^\/agents\/sessions\/[^/]+\/events$/,
    answer: (request) =>
      missingReply(request, request.json, ['events']) ?? { ...jsonReply(request, {}, 202), parts: [] },
  },
  {
    method: 'GET',
    path: /^\/agents\/sessions\/[^/]+\/turns\/[^/]+$/,
    answer: (request) => jsonReply(request, turn(segment(request, 3), segment(request, 5))),
  },
  { method: 'POST', path: /^\/agents\/automations\/[^/]+\/invocations$/, answer: invoke },
];

/** @param {ApiRequest} request */
function create(request) {
  const missing = missingReply(request, request.json, ['environment']);
  if (missing) return missing;
  const failing = request.json.agent_id === 'agent_failing' ? 'failing_' : '';
  const id = `sess_${failing}fake${serial(request)}`;
  if (!request.json.stream) return jsonReply(request, session(id, 'in_progress'));
  const created = { type: 'agent.session.created', event_id: 'event_created', session: session(id, 'in_progress') };
  return namedSseReply(request, [created, ...turns(request, id)]);
}

/**
 * The events of a turn. It has the number of the request, so that each one is new.
 *
 * @param {ApiRequest} request
 * @param {string} id
 */
function turns(request, id) {
  const own = turn(id, `turn_${serial(request)}_${id}`);
  /** @type {Json} */
  const helper = { ...turn(id, `turn_helper_${serial(request)}_${id}`), subagent_id: 'subagent_fake' };
  let number = 0;
  /** @param {string} type @param {Json} [fields] */
  const event = (type, fields) => ({
    type: `agent.session.${type}`,
    event_id: `event_${serial(request)}_${++number}`,
    session_id: id,
    ...fields,
  });
  const running = { status: 'in_progress', usage: null, error: null };
  /** @param {Json} of @param {string} text */
  const said = (of, text) =>
    event('turn.item.done', {
      turn_id: of.id,
      output_index: 0,
      item: { id: `msg_${of.id}`, type: 'message', role: 'assistant', ...message(of, text) },
    });
  const isFailing = own.status === 'failed';
  return [
    event('turn.created', { turn_id: own.id, turn: { ...own, ...running } }),
    event('turn.created', { turn_id: helper.id, turn: { ...helper, ...running } }),
    said(helper, 'For the agent alone.'),
    event('turn.completed', { turn_id: helper.id, turn: helper, usage: helper.usage }),
    ...words(SAID).map((delta) => event('turn.output_text.delta', { turn_id: own.id, delta })),
    ...(isFailing ? [] : [said(own, SAID)]),
    event(isFailing ? 'turn.failed' : 'turn.completed', { turn_id: own.id, turn: own, usage: own.usage }),
    isFailing ? event('failed', { session: session(id, 'failed') }) : event('idle', { session: session(id, 'idle') }),
  ];
}

/** @param {Json} of @param {string} text */
function message(of, text) {
  return { status: 'completed', phase: 'final_answer', turn_id: of.id, content: [{ type: 'output_text', text }] };
}

/**
 * @param {string} sessionId
 * @param {string} id
 * @returns {Json}
 */
function turn(sessionId, id) {
  const isFailing = sessionId.includes('failing');
  return {
    id,
    object: 'agent.session.turn',
    agent_id: 'agent_fake',
    session_id: sessionId,
    subagent_id: null,
    created_at: 1735689600,
    started_at: 1735689600,
    completed_at: 1735689603,
    status: isFailing ? 'failed' : 'completed',
    error: isFailing ? { code: 'server_overloaded', message: 'The model is overloaded.' } : null,
    usage: {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 40 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 5 },
      total_tokens: 120,
    },
  };
}

/**
 * @param {string} id
 * @param {string} status
 * @returns {Json}
 */
function session(id, status) {
  return {
    id,
    object: 'agent.session',
    agent: { id: 'agent_fake', name: 'Research', model: 'gpt-6', instructions: 'Be brief.', tools: [] },
    created_at: 1735689600,
    last_active_at: 1735689600,
    environment: { type: 'none' },
    error: status === 'failed' ? 'The session failed.' : null,
    metadata: {},
    required_actions: [],
    status,
    usage: null,
    vault_ids: [],
  };
}

/** @param {ApiRequest} request */
function invoke(request) {
  return jsonReply(request, {
    id: `inv_fake${serial(request)}`,
    object: 'agent.automation.invocation',
    automation_id: segment(request, 3),
    created_at: 1735689600,
    scheduled_at: null,
    session_id: 'sess_automation',
    skip_reason: null,
    source: 'manual',
    status: 'queued',
    error: null,
  });
}

/**
 * @param {ApiRequest} request
 * @param {number} at
 */
function segment({ path }, at) {
  return path.split('/').at(at) ?? '';
}
