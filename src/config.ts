import { inspect } from 'node:util';
import type { DiagLogger, Span } from '@opentelemetry/api';
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import type { Content } from './operations/content.js';
import { SDK_PACKAGES, type SdkPackage } from './packages.js';
import { fieldsOf } from './read.js';

/** Where message content is recorded. */
export type ContentCapture = 'none' | 'span' | 'event' | 'span_and_event';

/** Which messages of errors are recorded. */
type ErrorMessages = 'auto' | 'all' | 'none';

/** Types of the parameters and results of operations, by `gen_ai.operation.name`. */
export type OperationTypes<Names extends PropertyKey = string> = Record<Names, { params: unknown; response: unknown }>;

/**
 * The options of `OpenAIInstrumentation`.
 *
 * @typeParam Operations types for the hooks: `OpenAIOperations` of `/openai-types`; by default everything is `unknown`
 */
export interface OpenAIInstrumentationConfig<Operations extends OperationTypes<keyof Operations> = OperationTypes>
  extends InstrumentationConfig {
  /**
   * Whether calls are traced from the start. `enable()` and `disable()` switch tracing at run time.
   * @default true
   */
  enabled?: boolean;
  /**
   * The SDKs to trace, by package name. They are hooked when the instrumentation is created. `/auto` traces all supported ones.
   * @default ['openai']
   */
  packages?: readonly SdkPackage[];
  /**
   * Records prompts, answers, and the arguments and results of tools: on the span, on a log event, or on both. `true`
   * means `span`. Overrides the environment variable `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` (`NO_CONTENT`,
   * `SPAN_ONLY`, `EVENT_ONLY`, `SPAN_AND_EVENT`, `true`, `false`).
   * @default 'none'
   */
  captureMessageContent?: ContentCapture | boolean;
  /**
   * Gets a copy of captured content before it is recorded. Returns the content to record, changed or not, or `undefined`
   * to record none. Must be synchronous. If it throws, no content is recorded.
   *
   * @example
   * // Record no prompts, only answers.
   * contentHook: ({ outputMessages }) => ({ outputMessages }),
   */
  contentHook?: (content: Content, info: ContentHookInfo) => Content | undefined;
  /**
   * The maximum length of each captured text, in characters (UTF-16 units).
   * @default 8192
   */
  maxContentLength?: number;
  /**
   * How many characters (UTF-16 units) of one call's captured content are recorded, counted as JSON. The newest messages are
   * kept. Media counts too: raise the limit to record large files with `captureMedia`.
   * @default 262144
   */
  maxTotalContentLength?: number;
  /**
   * Records images, audio and documents in captured content as base64. Otherwise only their kind and size are recorded.
   * @default false
   */
  captureMedia?: boolean;
  /**
   * Which messages of errors are recorded, in the span's status and in its `exception` event. An error whose message is not
   * recorded still has its class, its code and the frames of its stack trace.
   *
   * - `auto`: a message that quotes content, or that the model receives, is content: it is recorded where `captureMessageContent`
   *   says, after `contentHook`. These are the messages of errors of tools, guardrails, `parse()` and JSON.
   *   Messages of the API, of connections and of functions that provide keys or tokens are always recorded.
   * - `all`: every message is recorded on the span.
   * - `none`: no message is recorded.
   *
   * Credentials in messages are removed in any case.
   * @default 'auto'
   */
  errorMessages?: ErrorMessages;
  /**
   * Reads the chunks of streams while the application reads them, for usage, finish reasons, choices and captured
   * content. The application's stream is not affected.
   * @default false
   */
  inspectStreams?: boolean;
  /**
   * Records the time between the chunks of a stream, as the metric `gen_ai.client.operation.time_per_output_chunk`. Each
   * chunk then costs one histogram record, about 2 µs: more than everything else that is done for a chunk.
   * @default false
   */
  chunkMetrics?: boolean;
  /**
   * Records one `llm.choice` span event for each choice.
   * @default true
   */
  choiceEvents?: boolean;
  /**
   * `operation`: the metric names of semantic conventions v1.41 (`gen_ai.client.operation.*`). `inference`: the names of
   * the later draft (`gen_ai.client.inference.*`).
   * @default 'operation'
   */
  metricNames?: 'operation' | 'inference';
  /**
   * `gen_ai.provider.name` of all calls, or a function that returns it for a client's base URL. If the function returns
   * `undefined`, the list of known hosts decides.
   *
   * @example
   * providerName: ({ address }) => (address === 'llm.internal' ? 'vllm' : undefined),
   */
  providerName?: ProviderName;
  /**
   * Called when the span of a call has started. If it throws, the call is not affected.
   *
   * @example
   * requestHook(span, { operation, params }) {
   *   if (operation === 'chat') span.setAttribute('app.messages', params.messages?.length ?? 0);
   * },
   */
  requestHook?: (span: Span, request: RequestInfo<Operations>) => void;
  /**
   * Called when the body of a response has been parsed, or when an inspected stream has ended. If it throws, the call is not
   * affected.
   *
   * @example
   * responseHook(span, { operation, response }) {
   *   if (operation === 'embeddings') span.setAttribute('app.vectors', response.data.length);
   * },
   */
  responseHook?: (span: Span, response: ResponseInfo<Operations>) => void;
  /**
   * Called before each call. If it returns `true`, the call is not traced.
   *
   * @example
   * ignoreRequestHook: ({ operation }) => operation === 'moderation',
   */
  ignoreRequestHook?: (request: RequestInfo<Operations>) => boolean;
  /**
   * Traces only calls that are made inside another span.
   * @default false
   */
  requireParentSpan?: boolean;
}

/** The argument of a `providerName` function. */
export interface BaseURL {
  /** The client's base URL, unchanged. It can contain credentials. */
  readonly href: string;
  readonly address: string | undefined;
  readonly port: number | undefined;
}

export type ProviderName = string | ((baseURL: BaseURL) => string | undefined) | undefined;

export interface ContentHookInfo {
  span: Span;
  /** `gen_ai.operation.name` */
  operation: string;
}

export type RequestInfo<Operations extends OperationTypes<keyof Operations> = OperationTypes> = {
  [Name in keyof Operations]: {
    /** `gen_ai.operation.name` */
    operation: Name;
    /** The first argument of the SDK's method, usually the parameters. It is the application's object: do not change it. */
    params: Operations[Name]['params'];
  };
}[keyof Operations];

export type ResponseInfo<Operations extends OperationTypes<keyof Operations> = OperationTypes> = {
  [Name in keyof Operations]: {
    /** `gen_ai.operation.name` */
    operation: Name;
    /** The parsed body. It is the application's object: do not change it. */
    response: Operations[Name]['response'];
  };
}[keyof Operations];

/** The options of `OpenAIAgentsInstrumentation`. The content options have the same meaning as in `OpenAIInstrumentation`. */
export interface OpenAIAgentsInstrumentationConfig
  extends InstrumentationConfig,
    Pick<OpenAIInstrumentationConfig, ContentOption | 'metricNames' | 'requireParentSpan'> {
  /**
   * Whether runs are traced from the start. `enable()` and `disable()` switch tracing at run time.
   * @default true
   */
  enabled?: boolean;
  /**
   * Called before a span ends. Not called for the span of the whole run (`invoke_workflow`).
   *
   * @example
   * spanHook(span, { spanData }) {
   *   if (spanData.type === 'handoff') span.setAttribute('app.escalated', spanData.to_agent === 'Support');
   * },
   */
  spanHook?: (span: Span, info: SpanHookInfo) => void;
}

export interface SpanHookInfo {
  /** The Agents SDK's data of its span: `type`, and fields that depend on it. It is the SDK's own object: do not change it. */
  spanData: unknown;
}

type ContentOption =
  | 'captureMessageContent'
  | 'contentHook'
  | 'maxContentLength'
  | 'maxTotalContentLength'
  | 'captureMedia'
  | 'errorMessages';
type AgentsOption = ContentOption | 'metricNames' | 'requireParentSpan' | 'spanHook';
type Option = Exclude<keyof OpenAIInstrumentationConfig, 'enabled'>;
type Hook = 'contentHook' | 'requestHook' | 'responseHook' | 'ignoreRequestHook' | 'providerName';

/** The validated options, with defaults filled in. */
export type Settings = Required<Pick<OpenAIInstrumentationConfig, Exclude<Option, Hook | 'captureMessageContent'>>> &
  Pick<OpenAIInstrumentationConfig, Hook> & { captureMessageContent: ContentCapture };

export type ContentSettings = Pick<Settings, ContentOption>;

export type MetricsSettings = Pick<Settings, 'metricNames'>;

export type AgentsSettings = ContentSettings &
  MetricsSettings &
  Pick<Settings, 'requireParentSpan'> &
  Pick<OpenAIAgentsInstrumentationConfig, 'spanHook'>;

interface Rule {
  /** The valid values, in words. */
  readonly expected: string;
  accepts(value: unknown): boolean;
  readonly fallback?: unknown;
  /** What an invalid value leads to, if that is not the fallback. */
  readonly consequence?: string;
  /** The environment variable of the option. Hooks have none. */
  readonly variable?: string;
  /** Reads the value of the variable. The result is checked like an option. */
  parse?(text: string): unknown;
  /** The valid values of the variable, in words, if they differ from those of the option. */
  readonly expectedInVariable?: string;
}

const variableOf = (option: string) => `OTEL_INSTRUMENTATION_OPENAI_${option}`;

const flag = (option: string, fallback: boolean): Rule => ({
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
  fallback,
  variable: variableOf(option),
  parse: (text) => ({ true: true, false: false })[text.toLowerCase()],
});

const length = (option: string, fallback: number): Rule => ({
  expected: 'an integer of 0 or more',
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  fallback,
  variable: variableOf(option),
  parse: Number,
});

const hook: Rule = { expected: 'a function', accepts: (value) => typeof value === 'function' };

/** The values of the option, and what they mean. */
const CAPTURE_OPTION = new Map<unknown, ContentCapture>([
  ['none', 'none'],
  ['span', 'span'],
  ['event', 'event'],
  ['span_and_event', 'span_and_event'],
  [false, 'none'],
  [true, 'span'],
]);

/** The values of the variable, in lower case, as values of the option. */
const CAPTURE_VARIABLE = new Map<string, ContentCapture>([
  ['no_content', 'none'],
  ['false', 'none'],
  ['span_only', 'span'],
  ['true', 'span'],
  ['event_only', 'event'],
  ['span_and_event', 'span_and_event'],
]);

const CONTENT_RULES: Record<ContentOption, Rule> = {
  captureMessageContent: {
    expected: "'none', 'span', 'event', 'span_and_event', true or false",
    accepts: (value) => CAPTURE_OPTION.has(value),
    // Not the value of the variable: a misspelt 'none' must not capture content.
    fallback: 'none',
    variable: 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
    parse: (text) => CAPTURE_VARIABLE.get(text.toLowerCase()),
    expectedInVariable: 'NO_CONTENT, SPAN_ONLY, EVENT_ONLY, SPAN_AND_EVENT, true or false',
  },
  contentHook: { ...hook, consequence: 'recording no content' },
  maxContentLength: length('MAX_CONTENT_LENGTH', 8192),
  maxTotalContentLength: length('MAX_TOTAL_CONTENT_LENGTH', 262_144),
  captureMedia: flag('CAPTURE_MEDIA', false),
  errorMessages: {
    expected: "'auto', 'all' or 'none'",
    accepts: (value) => value === 'auto' || value === 'all' || value === 'none',
    fallback: 'auto',
    variable: variableOf('ERROR_MESSAGES'),
    parse: (text) => text.toLowerCase(),
  },
};

const RULES: Record<Option, Rule> = {
  packages: {
    expected: `a list of SDKs out of ${SDK_PACKAGES.join(', ')}`,
    accepts: (value) => Array.isArray(value) && value.every((name) => SDK_PACKAGES.includes(name)),
    fallback: ['openai'],
    variable: variableOf('PACKAGES'),
    parse: (text) => text.split(',').map((name) => name.trim()),
  },
  ...CONTENT_RULES,
  inspectStreams: flag('INSPECT_STREAMS', false),
  choiceEvents: flag('CHOICE_EVENTS', true),
  chunkMetrics: flag('CHUNK_METRICS', false),
  metricNames: {
    expected: "'operation' or 'inference'",
    accepts: (value) => value === 'operation' || value === 'inference',
    fallback: 'operation',
    variable: variableOf('METRIC_NAMES'),
    parse: (text) => text.toLowerCase(),
  },
  providerName: {
    expected: 'a string or a function',
    accepts: (value) => (typeof value === 'string' && value !== '') || typeof value === 'function',
    variable: variableOf('PROVIDER_NAME'),
    parse: String,
  },
  requestHook: hook,
  responseHook: hook,
  ignoreRequestHook: hook,
  requireParentSpan: flag('REQUIRE_PARENT_SPAN', false),
};

const AGENTS_RULES: Record<AgentsOption, Rule> = {
  ...CONTENT_RULES,
  metricNames: RULES.metricNames,
  requireParentSpan: RULES.requireParentSpan,
  spanHook: hook,
};

const ENABLED = flag('ENABLED', true);

/** The environment variables of the options, by option. */
export function optionVariables(): Record<string, string | undefined> {
  const rules = Object.entries({ enabled: ENABLED, ...RULES });
  return Object.fromEntries(rules.map(([name, { variable }]) => [name, variable]));
}

/** Reads and checks what the user set. Each invalid value logs one warning and falls back to its default. */
export function readConfig(config: object, env: NodeJS.ProcessEnv, diag: DiagLogger): Settings {
  return readOptions<Settings>(RULES, config, env, diag);
}

export function readAgentsConfig(config: object, env: NodeJS.ProcessEnv, diag: DiagLogger): AgentsSettings {
  return readOptions<AgentsSettings>(AGENTS_RULES, config, env, diag);
}

/** `enabled`, which the base class needs before there is a logger. `diag`, if given, is warned of an invalid value. */
export function readEnabled(config: object, env: NodeJS.ProcessEnv, diag?: DiagLogger): boolean {
  return readOption('enabled', fieldsOf(config).enabled, ENABLED, env, diag) !== false;
}

function readOptions<S>(rules: Record<string, Rule>, config: object, env: NodeJS.ProcessEnv, diag: DiagLogger): S {
  const given = fieldsOf(config);
  const unknown = Object.keys(given).filter((name) => name !== 'enabled' && !Object.hasOwn(rules, name));
  if (unknown.length > 0) diag.warn(`unknown option: ${unknown.join(', ')}`);

  const settings = Object.entries(rules).map(([name, rule]) => [name, readOption(name, given[name], rule, env, diag)]);
  const { captureMessageContent, ...rest } = Object.fromEntries(settings);
  // A hook that cannot be called may be there to redact: then no content is recorded.
  const hasUsableHook = given.contentHook === undefined || rest.contentHook !== undefined;
  return { ...rest, captureMessageContent: hasUsableHook ? CAPTURE_OPTION.get(captureMessageContent) : 'none' };
}

/** The option beats the variable. */
function readOption(name: string, value: unknown, rule: Rule, env: NodeJS.ProcessEnv, diag?: DiagLogger): unknown {
  if (value === undefined) return readVariable(rule, env, diag) ?? rule.fallback;
  if (rule.accepts(value)) return value;
  const meant = typeof value === 'string' ? rule.parse?.(value) : undefined;
  const hint = meant !== undefined && rule.accepts(meant) ? ` (did you mean ${inspect(meant)}?)` : '';
  diag?.warn(`option ${name} must be ${rule.expected}${hint}; ${consequence(rule)}`);
  return rule.fallback;
}

/** An empty variable counts as unset, as in the OpenTelemetry specification. */
function readVariable(rule: Rule, env: NodeJS.ProcessEnv, diag?: DiagLogger): unknown {
  const { variable, parse, expected, expectedInVariable = expected } = rule;
  const text = variable && env[variable]?.trim();
  if (!text || !parse) return undefined;
  const value = parse(text);
  if (rule.accepts(value)) return value;
  diag?.warn(`${variable} must be ${expectedInVariable}; ${consequence(rule)}`);
  return undefined;
}

function consequence({ fallback, consequence }: Rule): string {
  if (consequence) return consequence;
  return fallback === undefined ? 'ignoring it' : `using ${fallback}`;
}

export function capturesContent({ captureMessageContent }: ContentSettings): boolean {
  return captureMessageContent !== 'none';
}

export function capturesOnSpan({ captureMessageContent: capture }: ContentSettings): boolean {
  return capture === 'span' || capture === 'span_and_event';
}

export function capturesAsEvent({ captureMessageContent: capture }: ContentSettings): boolean {
  return capture === 'event' || capture === 'span_and_event';
}
