import type { DiagLogger, Span } from '@opentelemetry/api';
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import type { Content } from './operations/content.js';
import { fieldsOf } from './read.js';

/** Where message content is recorded. */
export type ContentCapture = 'none' | 'span' | 'event' | 'span_and_event';

/** The options of `OpenAIInstrumentation`. */
export interface OpenAIInstrumentationConfig extends InstrumentationConfig {
  /**
   * Whether calls are traced from the start; `enable()` and `disable()` switch at run time.
   * @default true
   */
  enabled?: boolean;
  /**
   * Record what is said to and by models: on the span, as a log event, or both; `true` means `span`. Beats the environment
   * variable `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` (`NO_CONTENT`, `SPAN_ONLY`, `EVENT_ONLY`,
   * `SPAN_AND_EVENT`, `true`, `false`).
   * @default 'none'
   */
  captureMessageContent?: ContentCapture | boolean;
  /**
   * Sees captured content before it is recorded, and returns what shall be: the same, changed, or `undefined` for
   * nothing. Synchronous. If it throws, nothing is recorded.
   */
  contentHook?: (content: Content, info: ContentHookInfo) => Content | undefined;
  /**
   * How many characters (UTF-16 units) of each captured text are recorded.
   * @default 8192
   */
  maxContentLength?: number;
  /**
   * Record pictures, sounds and documents in captured content, as base64; otherwise only their kind and size.
   * @default false
   */
  captureMedia?: boolean;
  /**
   * Read the chunks of streams as they pass, for usage, finish reasons, choices and captured content. The application's
   * stream is not affected.
   * @default false
   */
  inspectStreams?: boolean;
  /**
   * Record the time between the chunks of a stream, as the metric `gen_ai.client.operation.time_per_output_chunk`. Each
   * chunk then costs one histogram record, about 2 µs: more than everything else that is done for a chunk.
   * @default false
   */
  chunkMetrics?: boolean;
  /**
   * Record one `llm.choice` span event for each answer.
   * @default true
   */
  choiceEvents?: boolean;
  /**
   * `operation`: the names of semantic conventions v1.41 (`gen_ai.client.operation.*`). `inference`: those of the later
   * draft (`gen_ai.client.inference.*`).
   * @default 'operation'
   */
  metricNames?: 'operation' | 'inference';
  /**
   * `gen_ai.provider.name` of all calls, or a function that tells it from the client's base URL; `undefined` leaves it to
   * the list of known hosts.
   */
  providerName?: ProviderName;
  /** Called when the span of a call has started. */
  requestHook?: (span: Span, request: RequestInfo) => void;
  /** Called when the body of a response has been parsed, or an inspected stream put together. */
  responseHook?: (span: Span, response: ResponseInfo) => void;
  /** Calls for which it returns `true` are not traced. */
  ignoreRequestHook?: (request: RequestInfo) => boolean;
  /**
   * Trace only calls made inside another span.
   * @default false
   */
  requireParentSpan?: boolean;
}

/** What a `providerName` function decides on. */
export interface BaseURL {
  /** As the client has it. It can hold credentials in its query. */
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

export interface RequestInfo {
  /** `gen_ai.operation.name` */
  operation: string;
  /** The first argument of the SDK's method, usually the parameters. The application's own object: do not change it. */
  params: unknown;
}

export interface ResponseInfo {
  /** `gen_ai.operation.name` */
  operation: string;
  /** The parsed body. The application's own object: do not change it. */
  response: unknown;
}

/** The options of `OpenAIAgentsInstrumentation`. Those of content mean the same as for `OpenAIInstrumentation`. */
export interface OpenAIAgentsInstrumentationConfig
  extends InstrumentationConfig,
    Pick<OpenAIInstrumentationConfig, ContentOption | 'metricNames' | 'requireParentSpan'> {
  /**
   * Whether runs are traced from the start; `enable()` and `disable()` switch at run time.
   * @default true
   */
  enabled?: boolean;
  /** Called before the span of anything but the trace itself ends. */
  spanHook?: (span: Span, info: SpanHookInfo) => void;
}

export interface SpanHookInfo {
  /** What the Agents SDK says of its span: `type`, and more by type. The SDK's own object: do not change it. */
  spanData: unknown;
}

type ContentOption = 'captureMessageContent' | 'contentHook' | 'maxContentLength' | 'captureMedia';
type AgentsOption = ContentOption | 'metricNames' | 'requireParentSpan' | 'spanHook';
type Option = Exclude<keyof OpenAIInstrumentationConfig, 'enabled'>;
type Hook = 'contentHook' | 'requestHook' | 'responseHook' | 'ignoreRequestHook' | 'providerName';

/** The options, checked and complete. */
export type Settings = Required<Pick<OpenAIInstrumentationConfig, Exclude<Option, Hook | 'captureMessageContent'>>> &
  Pick<OpenAIInstrumentationConfig, Hook> & { captureMessageContent: ContentCapture };

export type ContentSettings = Pick<Settings, ContentOption>;

export type MetricsSettings = Pick<Settings, 'metricNames'>;

export type AgentsSettings = ContentSettings &
  MetricsSettings &
  Pick<Settings, 'requireParentSpan'> &
  Pick<OpenAIAgentsInstrumentationConfig, 'spanHook'>;

interface Rule {
  readonly expected: string;
  accepts(value: unknown): boolean;
  readonly fallback?: unknown;
}

const flag = (fallback: boolean): Rule => ({
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
  fallback,
});

const hook: Rule = { expected: 'a function', accepts: (value) => typeof value === 'function' };

const CONTENT_RULES: Record<ContentOption, Rule> = {
  captureMessageContent: {
    expected: "'none', 'span', 'event', 'span_and_event', true or false",
    accepts: (value) => CAPTURE_OPTION.has(value),
    // Not what the environment says: a misspelt `none` must not capture.
    fallback: 'none',
  },
  contentHook: hook,
  maxContentLength: {
    expected: 'an integer of 0 or more',
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
    fallback: 8192,
  },
  captureMedia: flag(false),
};

const metricNames: Rule = {
  expected: "'operation' or 'inference'",
  accepts: (value) => value === 'operation' || value === 'inference',
  fallback: 'operation',
};

const RULES: Record<Option, Rule> = {
  ...CONTENT_RULES,
  inspectStreams: flag(false),
  choiceEvents: flag(true),
  chunkMetrics: flag(false),
  metricNames,
  providerName: {
    expected: 'a string or a function',
    accepts: (value) => (typeof value === 'string' && value !== '') || typeof value === 'function',
  },
  requestHook: hook,
  responseHook: hook,
  ignoreRequestHook: hook,
  requireParentSpan: flag(false),
};

const AGENTS_RULES: Record<AgentsOption, Rule> = {
  ...CONTENT_RULES,
  metricNames,
  requireParentSpan: flag(false),
  spanHook: hook,
};

const CAPTURE_OPTION = new Map<unknown, ContentCapture>([
  ['none', 'none'],
  ['span', 'span'],
  ['event', 'event'],
  ['span_and_event', 'span_and_event'],
  [false, 'none'],
  [true, 'span'],
]);

const CAPTURE_VARIABLE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

const CAPTURE_ENVIRONMENT = new Map<string, ContentCapture>([
  ['', 'none'],
  ['no_content', 'none'],
  ['false', 'none'],
  ['span_only', 'span'],
  ['true', 'span'],
  ['event_only', 'event'],
  ['span_and_event', 'span_and_event'],
]);

/** Checks what the user set. Each thing that is wrong is said once, by name, and its default holds. */
export function readConfig(config: OpenAIInstrumentationConfig, env: NodeJS.ProcessEnv, diag: DiagLogger): Settings {
  return readOptions<Settings>(RULES, config, env, diag);
}

export function readAgentsConfig(
  config: OpenAIAgentsInstrumentationConfig,
  env: NodeJS.ProcessEnv,
  diag: DiagLogger,
): AgentsSettings {
  return readOptions<AgentsSettings>(AGENTS_RULES, config, env, diag);
}

function readOptions<S>(rules: Record<string, Rule>, config: object, env: NodeJS.ProcessEnv, diag: DiagLogger): S {
  const given = fieldsOf(config);
  const unknown = Object.keys(given).filter((name) => name !== 'enabled' && !Object.hasOwn(rules, name));
  if (unknown.length > 0) diag.warn(`unknown option: ${unknown.join(', ')}`);

  const settings = Object.entries(rules).map(([name, rule]) => [name, checked(name, given[name], rule, diag)]);
  const { captureMessageContent, ...rest } = Object.fromEntries(settings);
  const capture =
    given.captureMessageContent === undefined
      ? captureFromEnvironment(env, diag)
      : CAPTURE_OPTION.get(captureMessageContent);
  return { ...rest, captureMessageContent: capture };
}

function checked(name: string, value: unknown, { expected, accepts, fallback }: Rule, diag: DiagLogger): unknown {
  if (value === undefined) return fallback;
  if (accepts(value)) return value;
  diag.warn(`option ${name} must be ${expected}; ${fallback === undefined ? 'ignoring it' : `using ${fallback}`}`);
  return fallback;
}

function captureFromEnvironment(env: NodeJS.ProcessEnv, diag: DiagLogger): ContentCapture {
  const value = env[CAPTURE_VARIABLE] ?? '';
  const capture = CAPTURE_ENVIRONMENT.get(value.trim().toLowerCase());
  if (capture === undefined) {
    diag.warn(`${CAPTURE_VARIABLE} must be NO_CONTENT, SPAN_ONLY, EVENT_ONLY or SPAN_AND_EVENT; capturing nothing`);
  }
  return capture ?? 'none';
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
