import type { Attributes } from '@opentelemetry/api';
import { type Fields, fieldsOf, isObject, listOf, text } from '../../read.js';
import * as semconv from '../../semconv.js';
import { describeToolCall } from '../chat/chat-completions.js';
import {
  type Choice,
  MAX_LISTED,
  type Operation,
  type RequestDescription,
  type ResponseDescription,
} from '../operation.js';
import { errorOf } from '../shared/failure.js';
import { finishReasons } from '../shared/finish-reasons.js';
import { formatType, generationParameters } from '../shared/generation-parameters.js';
import { usageAttributes } from '../shared/token-usage.js';
import { listedTools } from '../shared/tool-definitions.js';
import { runInput, runOutput, toolOutputs } from './messages.js';
import { RunAssembly } from './stream.js';

/**
 * Runs of assistants. They invoke a remote agent (GenAI conventions, `invoke_agent` with kind CLIENT).
 * Without streaming, the result is a run that is only queued.
 */
const common = {
  name: 'invoke_agent',

  response(result) {
    const run = fieldsOf(result);
    const { attributes, ...outcome } = describeOutcome(run);
    return { ...outcome, attributes: { ...attributes, ...usageAttributes(run) } };
  },

  output(result) {
    const run = fieldsOf(result);
    return runOutput(run, describeChoices(run)[0]?.finishReason);
  },
  assemble: (textLimit) => new RunAssembly(textLimit),
} satisfies Partial<Operation>;

/** `POST /threads/runs`; SDK v4 to v7. */
export const threadsCreateAndRun: Operation = {
  ...common,
  resource: 'Beta.Threads',
  method: 'createAndRun',

  request: ([params]) => describeRun(fieldsOf(params)),
  input: ([params]) => runInput(fieldsOf(params)),
};

/** `POST /threads/{id}/runs`; SDK v4 to v7. */
export const runsCreate: Operation = {
  ...common,
  resource: 'Beta.Threads.Runs',
  method: 'create',

  request: ([threadId, params]) => describeRun(fieldsOf(params), text(threadId)),
  input: ([, params]) => runInput(fieldsOf(params)),
};

/** `POST /threads/{id}/runs/{id}/submit_tool_outputs`; SDK v4 to v7. */
export const runsSubmitToolOutputs: Operation = {
  ...common,
  resource: 'Beta.Threads.Runs',
  method: 'submitToolOutputs',

  request(args) {
    const { params, threadId } = submission(args);
    return describeRun(params, threadId);
  },

  input: (args) => ({ inputMessages: toolOutputs(submission(args).params) }),
};

/**
 * The helpers that poll until a run has ended or requires an action; SDK v4 to v7. The last state of the run has the usage of
 * the whole run. The messages are on the span of the method that starts the run.
 */
const polling = {
  name: 'poll_run',
  polls: true,

  response(result) {
    const run = fieldsOf(result);
    const id = text(run.id);
    const background = id === undefined ? [] : [{ id, declared: true, usage: usageAttributes(run) }];
    return { ...describeOutcome(run), background };
  },

  output: common.output,
} satisfies Partial<Operation>;

/** A helper that calls `start` and polls. It does not stream, whatever its parameters say. */
function startAndPoll(start: Operation, method: string): Operation {
  const request = (args: readonly unknown[]) => ({ ...start.request(args), streaming: false });
  return { ...polling, resource: start.resource, method, request };
}

const poll: Operation = {
  ...polling,
  resource: 'Beta.Threads.Runs',
  method: 'poll',

  request([first, second]) {
    // SDK v4: `(threadId, runId)`; later `(runId, { thread_id })`.
    const [threadId, runId] = typeof second === 'string' ? [first, second] : [fieldsOf(second).thread_id, first];
    return {
      attributes: {
        [semconv.ATTR_GEN_AI_CONVERSATION_ID]: text(threadId),
        [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(runId),
      },
    };
  },
};

export const runPolling: readonly Operation[] = [
  startAndPoll(threadsCreateAndRun, 'createAndRunPoll'),
  startAndPoll(runsCreate, 'createAndPoll'),
  startAndPoll(runsSubmitToolOutputs, 'submitToolOutputsAndPoll'),
  poll,
];

/** SDK v4: `(threadId, runId, params)`; later `(runId, { thread_id, ...params })`. */
function submission([first, second, third]: readonly unknown[]) {
  if (typeof second === 'string') return { params: fieldsOf(third), threadId: text(first) };
  const params = fieldsOf(second);
  return { params, threadId: text(params.thread_id) };
}

function describeRun(params: Fields, threadId?: string): RequestDescription {
  return {
    streaming: Boolean(params.stream),
    attributes: {
      [semconv.ATTR_GEN_AI_REQUEST_MODEL]: text(params.model),
      [semconv.ATTR_GEN_AI_AGENT_ID]: text(params.assistant_id),
      [semconv.ATTR_GEN_AI_CONVERSATION_ID]: threadId,
      ...generationParameters(params),
      [semconv.ATTR_GEN_AI_REQUEST_REASONING_LEVEL]: text(params.reasoning_effort),
      [semconv.ATTR_GEN_AI_OUTPUT_TYPE]: formatType(params.response_format),
      [semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]: listedTools(params),
    },
  };
}

/** Everything but the usage. */
function describeOutcome(run: Fields): ResponseDescription {
  const choices = describeChoices(run);
  return {
    attributes: responseAttributes(run, choices),
    choices,
    failure: run.status === 'failed' ? (errorOf(run.last_error) ?? {}) : undefined,
  };
}

function responseAttributes(run: Fields, choices: readonly Choice[]): Attributes {
  return {
    [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(run.id),
    [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(run.model),
    [semconv.ATTR_GEN_AI_RESPONSE_STATUS]: text(run.status),
    [semconv.ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: finishReasons(choices),
    [semconv.ATTR_GEN_AI_AGENT_ID]: text(run.assistant_id),
    [semconv.ATTR_GEN_AI_CONVERSATION_ID]: text(run.thread_id),
  };
}

/** One choice, after the run has stopped. */
function describeChoices(run: Fields): Choice[] {
  switch (run.status) {
    case 'completed':
      return [{ index: 0, role: 'assistant', finishReason: 'stop' }];
    case 'incomplete':
      return [{ index: 0, role: 'assistant', finishReason: incompleteReason(run) }];
    case 'requires_action':
      return [{ index: 0, role: 'assistant', finishReason: 'tool_calls', toolCalls: requiredCalls(run) }];
    case 'failed':
    case 'cancelled':
    case 'expired':
      return [{ index: 0, role: 'assistant' }];
    default:
      return [];
  }
}

/** The API has two reasons, `max_completion_tokens` and `max_prompt_tokens`. Both mean `length`. */
function incompleteReason(run: Fields): string | undefined {
  const reason = text(fieldsOf(run.incomplete_details).reason);
  return reason?.startsWith('max_') ? 'length' : reason;
}

function requiredCalls(run: Fields) {
  const { submit_tool_outputs } = fieldsOf(run.required_action);
  const calls = listOf(fieldsOf(submit_tool_outputs).tool_calls);
  return calls.slice(0, MAX_LISTED).filter(isObject).map(describeToolCall);
}
