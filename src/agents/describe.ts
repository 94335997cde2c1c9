import { type Attributes, SpanKind } from '@opentelemetry/api';
import { known, merge } from '../known.js';
import { chatCompletions } from '../operations/chat/chat-completions.js';
import { chatInput, chatOutput } from '../operations/chat/messages.js';
import type { Content } from '../operations/content.js';
import type { Operation } from '../operations/operation.js';
import { responses } from '../operations/responses/responses.js';
import { generationParameters } from '../operations/shared/generation-parameters.js';
import { tokenUsage } from '../operations/shared/token-usage.js';
import { listedTools } from '../operations/shared/tool-definitions.js';
import { type Fields, fieldsOf, listOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import { describeFailure, type ErrorDescription, type MessageFilter } from '../telemetry/errors.js';
import { parsedArguments } from '../telemetry/limit.js';

/** A trace or a span of the Agents SDK (agents-core 0.20), as a span. */
export interface Description {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** What everything inside carries too. */
  readonly inherited: Attributes;
}

/** One kind of span, by the `type` of its data. */
interface Kind {
  describe(data: Fields): Description;
  content?(data: Fields): Content;
  /** Set for a model call: `gen_ai.operation.name` of the span that `openai`'s instrumentation makes of it. */
  readonly operation?: string;
}

export function describeTrace({ name, groupId }: Fields): Description {
  const inherited = { [semconv.ATTR_GEN_AI_CONVERSATION_ID]: text(groupId) };
  const workflow = text(name);
  return {
    ...internal('invoke_workflow', workflow, {
      [semconv.ATTR_GEN_AI_OPERATION_NAME]: 'invoke_workflow',
      [semconv.ATTR_GEN_AI_WORKFLOW_NAME]: workflow,
      ...inherited,
    }),
    inherited,
  };
}

/** `undefined` for what makes no span: `task`, `turn`, `speech_group`, and any type that is not known. */
export function describeSpan(data: Fields): Description | undefined {
  return kindOf(data)?.describe(data);
}

/** What the data holds of what was said. Read only if content is captured. */
export function contentOf(data: Fields): Content | undefined {
  const content = kindOf(data)?.content?.(data);
  return content && Object.keys(content).length > 0 ? content : undefined;
}

/** `gen_ai.operation.name` of the model call that the data is about, if it is about one. */
export function modelOperation(data: Fields): string | undefined {
  return kindOf(data)?.operation;
}

/** The name of an error in its text. "Error" is also what the SDK says of one that it shall not repeat. */
const ERROR_NAME = /^(?!Error\b)\w*(?:Error|Exception|Triggered)(?=:|$)/;

/** `{ message, data: { error } }`; of an error the SDK keeps the text alone. */
export function describeSpanError(error: unknown, filter: MessageFilter): ErrorDescription {
  const { message, data } = fieldsOf(error);
  const cause = text(fieldsOf(data).error);
  const said = [text(message), cause === 'Error' ? undefined : cause].filter((part) => part !== undefined).join(': ');
  const { attributes, exception, ...rest } = describeFailure({ message: text(said) }, 'content', filter);
  const type = ERROR_NAME.exec(cause ?? '')?.[0];
  if (type === undefined) return { attributes, exception, ...rest };
  return {
    ...rest,
    attributes: { ...attributes, [semconv.ATTR_ERROR_TYPE]: type },
    exception: { ...exception, [semconv.ATTR_EXCEPTION_TYPE]: type },
  };
}

const agent: Kind = {
  describe(data) {
    const name = text(data.name);
    const inherited = { [semconv.ATTR_GEN_AI_AGENT_NAME]: name };
    const span = internal('invoke_agent', name, {
      [semconv.ATTR_GEN_AI_OPERATION_NAME]: 'invoke_agent',
      ...inherited,
      [semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]: toolNames(data.tools),
    });
    return { ...span, inherited };
  },
};

const tool: Kind = {
  describe(data) {
    const name = text(data.name);
    return internal('execute_tool', name, {
      [semconv.ATTR_GEN_AI_OPERATION_NAME]: 'execute_tool',
      [semconv.ATTR_GEN_AI_TOOL_TYPE]: 'function',
      [semconv.ATTR_GEN_AI_TOOL_NAME]: name,
    });
  },
  content: ({ input, output }) =>
    known({ toolCallArguments: parsedArguments(text(input)), toolCallResult: text(output) }),
};

const handoff: Kind = {
  describe(data) {
    const to = text(data.to_agent);
    const from = text(data.from_agent);
    return internal('handoff', to, { [semconv.ATTR_LLM_HANDOFF_FROM]: from, [semconv.ATTR_LLM_HANDOFF_TO]: to });
  },
};

const guardrail: Kind = {
  describe(data) {
    const name = text(data.name);
    const triggered = typeof data.triggered === 'boolean' ? data.triggered : undefined;
    const attributes = {
      [semconv.ATTR_LLM_GUARDRAIL_NAME]: name,
      [semconv.ATTR_LLM_GUARDRAIL_TRIGGERED]: triggered,
    };
    return internal('guardrail', name, attributes);
  },
};

const custom: Kind = { describe: (data) => internal(text(data.name) ?? 'custom', undefined, {}) };

const toolListing: Kind = { describe: (data) => internal('list_tools', text(data.server), {}) };

/** A model call as chat completions and adapters of other APIs tell of it. */
const generation: Kind = {
  operation: 'chat',
  describe(data) {
    const model = text(data.model);
    const config = fieldsOf(data.model_config);
    const answer = answerOf(data);
    const asked = {
      ...generationParameters(config),
      [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model,
      [semconv.ATTR_GEN_AI_REQUEST_REASONING_LEVEL]: text(config.reasoning_effort),
    };
    // Either may know the tokens.
    return modelCall('chat', model, merge(asked, chatCompletions.response(answer).attributes, tokenUsage(data.usage)));
  },
  content: (data) => ({
    ...chatInput({ messages: data.input }),
    ...known({ outputMessages: filled(chatOutput(answerOf(data))) }),
  }),
};

/** What agents-openai puts in place of the id of a streamed answer, and its count where none came. */
const MADE_UP_ID = 'FAKE_ID';

function answerOf(data: Fields): Fields {
  const { id, usage, ...answer } = fieldsOf(listOf(data.output)[0]);
  if (id !== MADE_UP_ID) return { ...answer, id, usage };
  return { ...answer, usage: fieldsOf(usage).total_tokens === 0 ? undefined : usage };
}

const createResponse: Operation | undefined = responses.find(({ method }) => method === 'create');

/** A model call as the Responses API tells of it: that API's own answer. */
const response: Kind = {
  operation: 'chat',
  describe(data) {
    const body = fieldsOf(data._response);
    const told = { [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(data.response_id) };
    return modelCall('chat', text(body.model), merge(told, createResponse?.response(body).attributes));
  },
  content: (data) => ({
    ...createResponse?.input?.([{ input: data._input }]),
    ...known({ outputMessages: filled(createResponse?.output?.(data._response)) }),
  }),
};

/** Sound to text, and text to sound, of the SDK's voice agents. */
function voice(operation: string): Kind {
  return {
    operation,
    describe(data) {
      const model = text(data.model);
      return modelCall(operation, model, { [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model });
    },
  };
}

const KINDS = new Map<unknown, Kind>([
  ['agent', agent],
  ['function', tool],
  ['handoff', handoff],
  ['guardrail', guardrail],
  ['custom', custom],
  ['mcp_tools', toolListing],
  ['generation', generation],
  ['response', response],
  ['transcription', voice('transcription')],
  ['speech', voice('text_to_speech')],
]);

function kindOf({ type }: Fields): Kind | undefined {
  return KINDS.get(type);
}

function internal(what: string, target: string | undefined, attributes: Attributes): Description {
  return { name: named(what, target), kind: SpanKind.INTERNAL, attributes, inherited: {} };
}

function modelCall(operation: string, model: string | undefined, attributes: Attributes): Description {
  return {
    name: named(operation, model),
    kind: SpanKind.CLIENT,
    attributes: { [semconv.ATTR_GEN_AI_OPERATION_NAME]: operation, ...attributes },
    inherited: {},
  };
}

function named(what: string, target: string | undefined): string {
  return target === undefined ? what : `${what} ${target}`;
}

/** Of an agent's tools the SDK tells the names alone. */
function toolNames(tools: unknown): string | undefined {
  const names = listOf(tools)
    .map(text)
    .filter((name) => name !== undefined);
  return listedTools({ tools: names.map((name) => ({ type: 'function', name })) });
}

function filled<T>(list: T[] | undefined): T[] | undefined {
  return list && list.length > 0 ? list : undefined;
}
