import type { Attributes } from '@opentelemetry/api';
import { merge } from '../../known.js';
import { count, type Fields, fieldsOf, isObject, listOf, text } from '../../read.js';
import * as semconv from '../../semconv.js';
import type { OutputMessage } from '../content.js';
import {
  type BackgroundResponse,
  type Choice,
  type Failure,
  MAX_LISTED,
  type Operation,
  type RequestDescription,
  type ResponseDescription,
} from '../operation.js';
import { errorOf } from '../shared/failure.js';
import { formatType, generationParameters, requestedTier } from '../shared/generation-parameters.js';
import { usageAttributes } from '../shared/token-usage.js';
import { listedTools } from '../shared/tool-definitions.js';
import { answeredCall, toolCallOf } from './items.js';
import { conversation, responseInput, responseOutput } from './messages.js';
import { ResponseAssembly } from './stream.js';

type Method = Omit<Operation, 'resource'>;

/** Common to `create` and `retrieve`. */
const answered = {
  output: (result) => describeOutput(fieldsOf(result)),
  assemble: (textLimit) => new ResponseAssembly(textLimit),
} satisfies Partial<Method>;

/** `POST /responses`; SDK v4.87 to v7. The helpers `parse` and `stream` call it too. */
export const createResponse: Method = {
  ...answered,
  name: 'chat',
  method: 'create',

  request: ([params]) => describeRequest(fieldsOf(params)),
  response: (result) => describeCreated(fieldsOf(result)),
  input: ([params]) => responseInput(fieldsOf(params)),
};

/** `POST /responses/compact`; late SDK v6 and v7. A model compresses a conversation, so the output is no choice. */
const compact: Method = {
  name: 'chat',
  method: 'compact',

  request: createResponse.request,
  response: (result) => describeOutcome(fieldsOf(result), usageAttributes),
  input: ([params]) => responseInput(fieldsOf(params)),
  output: (result) =>
    conversation(outputItems(fieldsOf(result))).map((message) => ({ ...message, finish_reason: 'compaction' })),
};

/**
 * `GET /responses/{id}`; SDK v4.87 to v7. `create` has counted the tokens, except those of a response that is made in the
 * background.
 */
const retrieve: Method = {
  ...answered,
  name: 'fetch_response',
  method: 'retrieve',

  request([id, query]) {
    const { stream, starting_after } = fieldsOf(query);
    return { streaming: Boolean(stream), attributes: requestOf(id, starting_after) };
  },

  response: (result) => describeRetrieved(fieldsOf(result)),
};

/** `POST /responses/{id}/cancel`; late SDK v4 to v7. The status `cancelled` is the expected outcome, not a failure. */
const cancel: Method = {
  name: 'cancel_response',
  method: 'cancel',

  request: ([id]) => ({ attributes: requestOf(id) }),
  response: (result) => describeOutcome(fieldsOf(result), statusOf),
};

/** The beta resource (late SDK v6, v7) has the same methods; only some parameters differ. */
export const responses: readonly Operation[] = ['Responses', 'Beta.Responses'].flatMap((resource) =>
  [createResponse, compact, retrieve, cancel].map((method) => ({ ...method, resource })),
);

function describeRequest(body: Fields): RequestDescription {
  const model = text(body.model);
  const prompt = fieldsOf(body.prompt);
  return {
    target: model,
    streaming: Boolean(body.stream),
    attributes: {
      [semconv.ATTR_OPENAI_API_TYPE]: API_TYPE,
      [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model,
      ...generationParameters(body),
      [semconv.ATTR_GEN_AI_REQUEST_MAX_TOKENS]: count(body.max_output_tokens),
      [semconv.ATTR_GEN_AI_REQUEST_REASONING_LEVEL]: text(fieldsOf(body.reasoning).effort),
      [semconv.ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID]: text(body.previous_response_id),
      [semconv.ATTR_GEN_AI_CONVERSATION_ID]: text(body.conversation) ?? text(fieldsOf(body.conversation).id),
      [semconv.ATTR_GEN_AI_PROMPT_NAME]: text(prompt.id),
      [semconv.ATTR_GEN_AI_PROMPT_VERSION]: text(prompt.version),
      [semconv.ATTR_GEN_AI_OUTPUT_TYPE]: formatType(fieldsOf(body.text).format),
      [semconv.ATTR_OPENAI_REQUEST_SERVICE_TIER]: requestedTier(body.service_tier),
      [semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]: listedTools(body),
    },
  };
}

const API_TYPE = 'responses';

function requestOf(responseId: unknown, startingAfter?: unknown): Attributes {
  const cursor = count(startingAfter);
  return {
    [semconv.ATTR_OPENAI_API_TYPE]: API_TYPE,
    [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(responseId),
    [semconv.ATTR_GEN_AI_REQUEST_STREAM_CURSOR]: cursor === undefined ? undefined : String(cursor),
  };
}

/** A response in the background is unfinished when `create` returns, and has no usage yet. */
function describeCreated(body: Fields): ResponseDescription {
  const background = backgroundOf(body);
  if (background.length === 0) return describeAnswer(body, usageAttributes);
  return { ...describeAnswer(body, isUnfinished(body) ? statusOf : nothing), background };
}

function describeRetrieved(body: Fields): ResponseDescription {
  return { ...describeAnswer(body, statusOf), background: backgroundOf(body, true) };
}

/** @param polled whether a body that does not say so may belong to a background response */
function backgroundOf(body: Fields, polled = false): BackgroundResponse[] {
  const id = text(body.id);
  // Compatible servers may leave `background` out.
  const declared = body.background === true || (body.background !== false && isUnfinished(body));
  return id !== undefined && (declared || polled) ? [{ id, declared, usage: usageAttributes(body) }] : [];
}

const nothing = () => ({});

function isUnfinished({ status }: Fields): boolean {
  return status === 'queued' || status === 'in_progress';
}

/** Describes the output of a model, or its failure. */
function describeAnswer(body: Fields, more: (body: Fields) => Attributes): ResponseDescription {
  const choices = describeChoices(body);
  return {
    attributes: merge(responseAttributes(body, choices), more(body)),
    choices,
    failure: describeFailure(body),
  };
}

function describeOutcome(body: Fields, more: (body: Fields) => Attributes): ResponseDescription {
  return { attributes: merge(responseAttributes(body, []), more(body)), choices: [] };
}

function responseAttributes(body: Fields, [choice]: readonly Choice[]): Attributes {
  return {
    [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(body.id),
    [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(body.model),
    [semconv.ATTR_GEN_AI_RESPONSE_FINISH_REASONS]:
      choice?.finishReason === undefined ? undefined : [choice.finishReason],
    [semconv.ATTR_OPENAI_RESPONSE_SERVICE_TIER]: text(body.service_tier),
  };
}

function statusOf({ status }: Fields): Attributes {
  return { [semconv.ATTR_GEN_AI_RESPONSE_STATUS]: text(status) };
}

/** One choice, as soon as the response has output or a finish reason. */
function describeChoices(body: Fields): Choice[] {
  const items = outputItems(body);
  const toolCalls = items.map(toolCallOf).filter((call) => call !== undefined);
  const finishReason = describeFinish(body, items);
  if (items.length === 0 && (finishReason === undefined || body.cut_off === true)) return [];
  return [{ index: 0, finishReason, role: 'assistant', toolCalls, refused: items.some(isRefusal) }];
}

/** `undefined` while the response is in progress. */
function describeFinish(body: Fields, items: readonly Fields[]): string | undefined {
  if (body.cut_off === true) return 'error';
  switch (body.status) {
    case 'completed':
      return waitsForTools(items) ? 'tool_calls' : 'stop';
    case 'incomplete':
      return incompleteReason(body);
    case 'failed':
    case 'cancelled':
      return 'error';
    default:
      return undefined;
  }
}

/** Whether the application has to run a tool. A call that the provider ran, such as a hosted shell, has its result in the output. */
function waitsForTools(items: readonly Fields[]): boolean {
  const answers = new Set(items.map(answeredCall));
  return items.some((item) => {
    const call = toolCallOf(item);
    return call !== undefined && (call.id === undefined || !answers.has(call.id));
  });
}

function incompleteReason(body: Fields): string | undefined {
  const reason = text(fieldsOf(body.incomplete_details).reason);
  return reason === 'max_output_tokens' ? 'length' : reason;
}

function isRefusal(item: Fields): boolean {
  return listOf(item.content)
    .slice(0, MAX_LISTED)
    .some((part) => text(fieldsOf(part).refusal) !== undefined);
}

function describeFailure({ status, error }: Fields): Failure | undefined {
  return errorOf(error) ?? (status === 'failed' ? {} : undefined);
}

function describeOutput(body: Fields): OutputMessage[] {
  // A response that is in progress has no finish reason.
  return responseOutput(body, describeFinish(body, outputItems(body)) ?? text(body.status) ?? 'error');
}

function outputItems(body: Fields): Fields[] {
  return listOf(body.output).slice(0, MAX_LISTED).filter(isObject);
}
