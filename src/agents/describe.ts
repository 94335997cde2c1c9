import { type Attributes, SpanKind } from '@opentelemetry/api';
import { known, merge } from '../known.js';
import { chatCompletions } from '../operations/chat/chat-completions.js';
import { chatInput, chatOutput } from '../operations/chat/messages.js';
import type { Content, OutputMessage } from '../operations/content.js';
import type { Operation } from '../operations/operation.js';
import { responses } from '../operations/responses/responses.js';
import { generationParameters } from '../operations/shared/generation-parameters.js';
import { tokenUsage } from '../operations/shared/token-usage.js';
import { listedTools } from '../operations/shared/tool-definitions.js';
import { type Fields, fieldsOf, listOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import { parsedArguments } from '../telemetry/limit.js';

/** An OpenTelemetry span for a trace or a span of the Agents SDK (agents-core 0.20). */
export interface Description {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** Attributes that spans inside this one get too. */
  readonly inherited: Attributes;
  /** Whether input and output of the model calls inside are recorded on this span too. */
  readonly collectsContent?: boolean;
  /** Whether model calls inside are no part of the conversation outside: a tool can run an agent of its own. */
  readonly separatesContent?: boolean;
}

/** How spans with one `type` of data are described. */
interface Kind {
  describe(data: Fields): Description;
  content?(data: Fields): Content;
  /** For model calls: `gen_ai.operation.name` of the span that `OpenAIInstrumentation` creates for the call. */
  readonly operation?: string;
  /** For model calls: the attributes of the response. */
  response?(data: Fields): Attributes;
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
    collectsContent: true,
  };
}

/** Returns `undefined` for the types `task`, `turn`, `speech_group` and unknown ones, which get no span. */
export function describeSpan(data: Fields): Description | undefined {
  return kindOf(data)?.describe(data);
}

/** Returns the content of the data. Called only if content is captured. */
export function contentOf(data: Fields): Content | undefined {
  const content = kindOf(data)?.content?.(data);
  return content && Object.keys(content).length > 0 ? content : undefined;
}

/** Returns `gen_ai.operation.name` if the span is a model call. */
export function modelOperation(data: Fields): string | undefined {
  return kindOf(data)?.operation;
}

/** Returns response id, model, finish reasons and usage of a model call. */
export function describeModelResponse(data: Fields): Attributes {
  return kindOf(data)?.response?.(data) ?? {};
}

/** Whether the SDK calls `storage.run()` with a new store for each span of this type (agents-core 0.20, `dist/tracing/createSpans.mjs`). */
export function hasOwnScope({ type }: Fields): boolean {
  return TYPES_WITH_OWN_STORE.has(type);
}

const TYPES_WITH_OWN_STORE = new Set<unknown>(['function', 'handoff', 'guardrail', 'custom', 'mcp_tools']);

const agent: Kind = {
  describe(data) {
    const name = text(data.name);
    const inherited = { [semconv.ATTR_GEN_AI_AGENT_NAME]: name };
    const span = internal('invoke_agent', name, {
      [semconv.ATTR_GEN_AI_OPERATION_NAME]: 'invoke_agent',
      ...inherited,
      [semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]: toolNames(data.tools),
    });
    return { ...span, inherited, collectsContent: true };
  },
};

const tool: Kind = {
  describe(data) {
    const name = text(data.name);
    const span = internal('execute_tool', name, {
      [semconv.ATTR_GEN_AI_OPERATION_NAME]: 'execute_tool',
      [semconv.ATTR_GEN_AI_TOOL_TYPE]: 'function',
      [semconv.ATTR_GEN_AI_TOOL_NAME]: name,
    });
    return { ...span, separatesContent: true };
  },
  content: ({ input, output }) =>
    known({ toolCallArguments: parsedArguments(text(input)), toolCallResult: text(output) }),
};

const handoff: Kind = {
  describe(data) {
    const to = text(data.to_agent);
    const from = text(data.from_agent);
    const attributes = { [semconv.ATTR_LLM_HANDOFF_FROM]: from, [semconv.ATTR_LLM_HANDOFF_TO]: to };
    return { ...internal('handoff', to, attributes), separatesContent: true };
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
    return { ...internal('guardrail', name, attributes), separatesContent: true };
  },
};

const custom: Kind = { describe: (data) => internal(text(data.name) ?? 'custom', undefined, {}) };

const toolListing: Kind = { describe: (data) => internal('list_tools', text(data.server), {}) };

/** A model call in the shape that chat completions and adapters of other APIs use. */
const generation: Kind = {
  operation: 'chat',
  describe(data) {
    const { provider, model } = requestedModel(data);
    const config = fieldsOf(data.model_config);
    const request = {
      [semconv.ATTR_GEN_AI_PROVIDER_NAME]: provider,
      ...generationParameters(config),
      [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model,
      [semconv.ATTR_GEN_AI_REQUEST_REASONING_LEVEL]: text(config.reasoning_effort),
    };
    return modelCall('chat', model, merge(request, generation.response?.(data)));
  },
  response(data) {
    const completion = completionOf(data);
    // The usage is in the completion, or in the data of the span.
    return merge(chatCompletions.response(completion).attributes, tokenUsage(data.usage));
  },
  content: (data) => ({
    ...chatInput({ messages: data.input }),
    ...known({ outputMessages: nonEmpty(generationOutput(data)) }),
  }),
};

/** Maps provider names of the AI SDK to those of the GenAI conventions, where they differ. */
const AI_SDK_PROVIDERS: Readonly<Record<string, string>> = {
  'google.generative-ai': 'gcp.gemini',
  'google.vertex': 'gcp.vertex_ai',
  'amazon-bedrock': 'aws.bedrock',
  azure: 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  mistral: 'mistral_ai',
  xai: 'x_ai',
  moonshotai: 'moonshot_ai',
  togetherai: 'together_ai',
  fireworks: 'fireworks_ai',
};

/** The AI SDK adapter names a model `provider:model` (agents-extensions 0.18, `dist/ai-sdk/index.mjs`). */
function requestedModel(data: Fields): { provider?: string | undefined; model: string | undefined } {
  const model = text(data.model);
  const config = fieldsOf(data.model_config);
  const provider = text(config.provider);
  if (config.model_impl !== 'ai-sdk' || provider === undefined) return { model };
  const [vendor = provider, product] = provider.split('.');
  return {
    provider: AI_SDK_PROVIDERS[`${vendor}.${product}`] ?? AI_SDK_PROVIDERS[vendor] ?? vendor,
    model: model?.startsWith(`${provider}:`) ? model.slice(provider.length + 1) : model,
  };
}

/** The id that agents-openai sets on a streamed completion (agents-openai 0.20, `dist/openaiChatCompletionsModel.mjs`). */
const PLACEHOLDER_ID = 'FAKE_ID';

/**
 * The completion of a generation. If a stream reported no usage or no model, agents-openai fills in zeros and the requested model:
 * those are left out.
 */
function completionOf(data: Fields): Fields {
  const { id, usage, model, ...completion } = fieldsOf(listOf(data.output)[0]);
  if (!('choices' in completion)) return {};
  return {
    ...completion,
    id: id === PLACEHOLDER_ID ? undefined : id,
    model: model === data.model ? undefined : model,
    usage: fieldsOf(usage).total_tokens === 0 ? undefined : usage,
  };
}

/** The output is a chat completion, or a list of items in the format of the Agents SDK. */
function generationOutput(data: Fields): OutputMessage[] | undefined {
  const completion = completionOf(data);
  if ('choices' in completion) return chatOutput(completion);
  return createResponse?.output?.({ status: 'completed', output: listOf(data.output).map(toApiItem) });
}

const createResponse: Operation | undefined = responses.find(({ method }) => method === 'create');

/** A model call in the shape of the Responses API. */
const response: Kind = {
  operation: 'chat',
  describe(data) {
    return modelCall('chat', text(fieldsOf(data._response).model), response.response?.(data) ?? {});
  },
  response: (data) =>
    merge(
      { [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(data.response_id) },
      createResponse?.response(data._response).attributes,
    ),
  content(data) {
    const { instructions } = fieldsOf(data._response);
    const input = Array.isArray(data._input) ? data._input.map(toApiItem) : data._input;
    return {
      ...createResponse?.input?.([{ instructions, input }]),
      ...known({ outputMessages: nonEmpty(createResponse?.output?.(data._response)) }),
    };
  },
};

/** Converts an item from the format of the Agents SDK (agents-core 0.20, `dist/types/protocol.mjs`) to that of the API. */
function toApiItem(item: unknown): unknown {
  const { type, callId, output, ...rest } = fieldsOf(item);
  switch (type) {
    case 'function_call':
      return { ...rest, type, call_id: callId };
    case 'function_call_result':
      return { ...rest, type: 'function_call_output', call_id: callId, output: textOf(output) };
    default:
      return item;
  }
}

/** The result of a tool is a string, `{ type: 'text', text }`, or a list of parts. */
function textOf(output: unknown): unknown {
  return text(fieldsOf(output).text) ?? output;
}

/** Speech recognition and speech synthesis of the SDK's voice agents. */
function audioCall(operation: string): Kind {
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
  ['transcription', audioCall('transcription')],
  ['speech', audioCall('text_to_speech')],
]);

function kindOf({ type }: Fields): Kind | undefined {
  return KINDS.get(type);
}

function internal(what: string, target: string | undefined, attributes: Attributes): Description {
  return { name: spanName(what, target), kind: SpanKind.INTERNAL, attributes, inherited: {} };
}

function modelCall(operation: string, model: string | undefined, attributes: Attributes): Description {
  return {
    name: spanName(operation, model),
    kind: SpanKind.CLIENT,
    attributes: { [semconv.ATTR_GEN_AI_OPERATION_NAME]: operation, ...attributes },
    inherited: {},
  };
}

function spanName(what: string, target: string | undefined): string {
  return target === undefined ? what : `${what} ${target}`;
}

/** The SDK's data has only the names of an agent's tools. */
function toolNames(tools: unknown): string | undefined {
  const names = listOf(tools)
    .map(text)
    .filter((name) => name !== undefined);
  return listedTools({ tools: names.map((name) => ({ type: 'function', name })) });
}

function nonEmpty<T>(list: T[] | undefined): T[] | undefined {
  return list && list.length > 0 ? list : undefined;
}
