import type { Attributes } from '@opentelemetry/api';
import { type Fields, fieldsOf, listOf, text } from '../../read.js';
import * as semconv from '../../semconv.js';
import type { BackgroundResponse, Operation, ResponseDescription } from '../operation.js';
import { errorOf } from '../shared/failure.js';
import { formatType, requestedTier } from '../shared/generation-parameters.js';
import { usageAttributes } from '../shared/token-usage.js';
import { listedTools } from '../shared/tool-definitions.js';
import { answer, eventInput, sessionInput } from './messages.js';
import { SessionAssembly } from './stream.js';

/**
 * Sessions of agents that the API runs; late SDK v7. A session has any number of turns, which go on after a call has returned. Its
 * own usage is the sum of its turns, so the usage of each turn is recorded, once.
 */
const session = {
  response: (result) => describeSession(fieldsOf(result)),
  output: (result) => answer(fieldsOf(result)),
  assemble: (textLimit) => new SessionAssembly(textLimit),
} satisfies Partial<Operation>;

/** `POST /agents/sessions`. The first turn begins if there is input. With `stream`, the result is the session's events. */
const create: Operation = {
  ...session,
  name: 'invoke_agent',
  resource: 'Beta.Agents.Sessions',
  method: 'create',

  request([params]) {
    const { agent, agent_id, stream } = fieldsOf(params);
    const { model, reasoning, service_tier, text: output, tools } = fieldsOf(agent);
    return {
      streaming: Boolean(stream),
      attributes: {
        [semconv.ATTR_GEN_AI_AGENT_ID]: text(agent_id),
        [semconv.ATTR_GEN_AI_REQUEST_MODEL]: text(model),
        [semconv.ATTR_GEN_AI_REQUEST_REASONING_LEVEL]: text(fieldsOf(reasoning).effort),
        [semconv.ATTR_GEN_AI_OUTPUT_TYPE]: formatType(fieldsOf(output).format),
        [semconv.ATTR_OPENAI_REQUEST_SERVICE_TIER]: requestedTier(service_tier),
        [semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]: listedTools({ tools }),
      },
    };
  },

  input: ([params]) => sessionInput(fieldsOf(params)),
};

/** `GET /agents/sessions/{id}/events`. The helper `sessions.stream` calls it, and `events.create` for the input. */
const streamEvents: Operation = {
  ...session,
  name: 'stream_agent_events',
  resource: 'Beta.Agents.Sessions.Events',
  method: 'stream',

  request: ([id]) => ({ streaming: true, attributes: conversation(id) }),
};

/** `POST /agents/sessions/{id}/events`: messages, which begin a turn, results of tools, approvals, a cancellation. */
const sendEvents: Operation = {
  name: 'send_agent_events',
  resource: 'Beta.Agents.Sessions.Events',
  method: 'create',

  request: ([id]) => ({ attributes: conversation(id) }),
  response: () => ({ attributes: {}, choices: [] }),
  input: ([, params]) => ({ inputMessages: eventInput(fieldsOf(params)) }),
};

/** `GET /agents/sessions/{id}/turns/{id}`. The first call that sees the turn finished reports its usage. */
const retrieveTurn: Operation = {
  name: 'fetch_agent_turn',
  resource: 'Beta.Agents.Sessions.Turns',
  method: 'retrieve',

  request: ([id, params]) => ({
    attributes: {
      [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(id),
      ...conversation(fieldsOf(params).session_id),
    },
  }),

  response(result) {
    const turn = fieldsOf(result);
    return {
      attributes: {
        [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(turn.id),
        [semconv.ATTR_GEN_AI_RESPONSE_STATUS]: text(turn.status),
        [semconv.ATTR_GEN_AI_AGENT_ID]: text(turn.agent_id),
        ...conversation(turn.session_id),
      },
      choices: [],
      failure: turn.status === 'failed' ? (errorOf(turn.error) ?? {}) : undefined,
      background: usageOf(turn),
    };
  },
};

/** `POST /agents/automations/{id}/invocations`. The agent works in a session, after the call has returned. */
const invoke: Operation = {
  name: 'invoke_agent',
  resource: 'Beta.Agents.Automations.Invocations',
  method: 'create',

  request: () => ({ attributes: {} }),

  response(result) {
    const { id, status, session_id, error } = fieldsOf(result);
    return {
      attributes: {
        [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(id),
        [semconv.ATTR_GEN_AI_RESPONSE_STATUS]: text(status),
        ...conversation(session_id),
      },
      choices: [],
      failure: status === 'failed' ? (errorOf(error) ?? {}) : undefined,
    };
  },
};

export const agentSessions: readonly Operation[] = [create, streamEvents, sendEvents, retrieveTurn, invoke];

function conversation(sessionId: unknown): Attributes {
  return { [semconv.ATTR_GEN_AI_CONVERSATION_ID]: text(sessionId) };
}

/** @param body a session, with its `turns` if it was assembled from events */
function describeSession(body: Fields): ResponseDescription {
  const { id, name, model } = fieldsOf(body.agent);
  const turns = listOf(body.turns).map(fieldsOf);
  const failed = turns.find(({ status }) => status === 'failed');
  return {
    attributes: {
      ...conversation(body.id),
      [semconv.ATTR_GEN_AI_AGENT_ID]: text(id),
      [semconv.ATTR_GEN_AI_AGENT_NAME]: text(name),
      // The model as it was requested, also where a saved agent names it.
      [semconv.ATTR_GEN_AI_REQUEST_MODEL]: text(model),
      [semconv.ATTR_GEN_AI_RESPONSE_STATUS]: text(body.status),
    },
    choices: [],
    failure:
      (body.status === 'failed' ? (errorOf(body.error) ?? {}) : undefined) ?? (failed && (errorOf(failed.error) ?? {})),
    background: turns.flatMap(usageOf),
  };
}

/** The usage of a turn that changes no more. */
function usageOf(turn: Fields): BackgroundResponse[] {
  const id = text(turn.id);
  return id !== undefined && FINAL.has(turn.status) ? [{ id, declared: true, usage: usageAttributes(turn) }] : [];
}

const FINAL = new Set<unknown>(['completed', 'failed', 'cancelled']);
