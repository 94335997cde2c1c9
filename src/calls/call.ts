import { type Attributes, type Context, type Link, SpanKind } from '@opentelemetry/api';
import { asSent } from '../as-json.js';
import { capturesContent, capturesOnSpan, type Settings } from '../config.js';
import { CURRENT_CALL, type PendingModelCall } from '../context-keys.js';
import { withoutText } from '../credentials.js';
import { callHook, report } from '../guard.js';
import { known } from '../known.js';
import type { StreamEnd, Watcher } from '../observe/watcher.js';
import type { Content } from '../operations/content.js';
import type { Assembly, CallDescription, Choice, RequestDescription } from '../operations/operation.js';
import { fieldsOf } from '../read.js';
import * as semconv from '../semconv.js';
import { choiceAttributes } from '../telemetry/choice-events.js';
import { emitContent, releaseContent } from '../telemetry/content-recording.js';
import {
  describeError,
  describeFailure,
  type ErrorOrigin,
  type FailureDescriber,
  isUserAbort,
  originOf,
  originOfReading,
} from '../telemetry/errors.js';
import { describeResponse } from '../telemetry/headers.js';
import { ListedCalls } from '../telemetry/labels.js';
import { chunkDimensions } from '../telemetry/metrics.js';
import { OpenSpan } from '../telemetry/open-span.js';
import type { TelemetrySink } from '../telemetry/sink.js';
import type { BackgroundUsage } from './background-usage.js';
import type { CallHandle } from './call-handle.js';
import { Chunks } from './chunks.js';
import type { Server } from './server.js';

const UNREAD_CONTENT =
  'captureMessageContent is on, but the answer of a stream is not recorded, because streams are not read; set inspectStreams';
const NO_USAGE =
  'a stream reported no token usage; for chat completions, set stream_options: { include_usage: true } in the request';

const STREAMING: Attributes = Object.freeze({
  [semconv.ATTR_LLM_STREAMING]: true,
  [semconv.ATTR_GEN_AI_REQUEST_STREAM]: true,
});

export interface CallStart {
  readonly operation: CallDescription;
  readonly server: Server;
  readonly args: readonly unknown[];
  readonly parent: Context;
  /** Has the API key that is sent. */
  readonly client?: object | undefined;
  /** Spans that the call belongs to, other than its parent. */
  readonly links?: readonly Link[] | undefined;
  /** When it began, by the clock of `performance.now()`; defaults to now. */
  readonly startedAt?: number | undefined;
  /** Set if a framework makes the call. */
  readonly pending?: PendingModelCall | undefined;
}

/** The life of one call of the SDK: from the method being called until the application has the whole answer. */
export class Call implements Omit<Watcher, 'within'> {
  readonly #operation: CallDescription;
  /** Whether the rest of the call has to be watched, for its span or for metrics. */
  readonly isWatched: boolean;
  readonly #sink: TelemetrySink;
  readonly #handle: CallHandle;
  readonly #onEnd: (handle: CallHandle) => void;
  readonly #backgroundUsage: BackgroundUsage;
  readonly #pending: PendingModelCall | undefined;
  readonly #client: object | undefined;
  readonly #name: string;
  readonly #span: OpenSpan;
  readonly #startTime: number;
  #chunks: Chunks | undefined;
  /** The captured request content, until it is recorded. */
  #input: Content | undefined;
  #content: Content | undefined;
  #streaming: boolean;
  #assembly: Assembly | undefined;
  #hasUsage = false;
  #retries = 0;
  #polls = 0;
  /** Set if the call has ended and its span waits for attributes; by the clock of `performance.now()`. */
  #endTime: number | undefined;
  #bodyError: unknown;
  #received: 'nothing' | 'headers' | 'body' = 'nothing';

  /**
   * @param handle the value of `CURRENT_CALL` in the call's context
   * @param onEnd called once, with the handle
   */
  constructor(
    { operation, server, args, parent, client, pending, links, startedAt }: CallStart,
    sink: TelemetrySink,
    backgroundUsage: BackgroundUsage,
    handle: CallHandle,
    onEnd: (handle: CallHandle) => void,
  ) {
    const request = describeRequest(operation, args, server, sink);
    this.#operation = operation;
    // A polling method gets any number of responses, and can fail on reading each of them.
    if (operation.polls) this.#received = 'headers';
    this.#startTime = startedAt ?? performance.now();
    this.#sink = sink;
    this.#backgroundUsage = backgroundUsage;
    this.#handle = handle;
    this.#onEnd = onEnd;
    this.#pending = pending;
    this.#client = client;
    this.#streaming = request.streaming ?? false;
    this.#name = request.target === undefined ? operation.name : `${operation.name} ${request.target}`;
    const attributes = [commonAttributes(operation, server), request.attributes];
    if (this.#streaming) attributes.push(STREAMING);
    const start = {
      name: this.#name,
      kind: SpanKind.CLIENT,
      attributes,
      links,
      started: pending?.takeSpan?.(parent),
      time: startedAt === undefined ? undefined : Date.now() - (performance.now() - startedAt),
      measured: this.#sink.metrics.enabled,
      entry: { key: CURRENT_CALL, value: handle },
    };
    this.#span = new OpenSpan(start, parent, sink);
    this.isWatched = this.#span.isRecording || this.#sink.metrics.enabled;
    if (this.#span.isRecording) this.#onRequest(args);
  }

  /** Read again each time: content that is no longer wanted when the call ends is not recorded. */
  get #settings(): Settings {
    return this.#sink.settings;
  }

  /** The context of its span. */
  get context(): Context {
    return this.#span.context;
  }

  #onRequest(args: readonly unknown[]): void {
    const settings = this.#settings;
    // Read the messages now: the application can change its array as soon as the method has returned.
    if (capturesContent(settings)) this.#takeInput(args);
    if (settings.requestHook) this.#callRequestHook(settings.requestHook, args[0]);
  }

  #callRequestHook(hook: NonNullable<Settings['requestHook']>, params: unknown): void {
    this.#guardHook(() => hook(this.#span.span, { operation: this.#operation.name, params }));
  }

  #takeInput(args: readonly unknown[]): void {
    this.#input = {};
    this.#span.update(() => {
      this.#input = this.#operation.input?.(args.map((arg) => asSent(arg))) ?? {};
    });
  }

  /** The parameters cannot be sent. The call rejects with the same error. */
  onBodyFailed(error: unknown): void {
    this.#bodyError = error;
  }

  /** The SDK sends the request again. */
  onRetry(): void {
    this.#retries++;
  }

  /** The SDK requests a state. */
  onPoll(): void {
    this.#polls++;
  }

  /** Whether its method polls. */
  get isPolling(): boolean {
    return this.#operation.polls ?? false;
  }

  onResponse(response: unknown): void {
    if (this.#received === 'nothing') this.#received = 'headers';
    if (this.#span.ended) return;
    // Not `update`, here and in what follows it in each call: a closure costs more than what it does.
    try {
      const { status, headers } = fieldsOf(response);
      this.#span.addAttributes(describeResponse(status, headers));
    } catch (fault) {
      this.#span.report(fault);
    }
  }

  onResult(body: unknown): void {
    this.#received = 'body';
    if (this.#span.ended) return;
    try {
      this.#describe(body);
    } catch (fault) {
      this.#span.report(fault);
    }
  }

  onDone(): void {
    this.#end();
  }

  /** The answer is a stream, which begins now. Called again, it forgets what came before. */
  onStream(): void {
    this.#span.update(() => {
      const { inspectStreams, chunkMetrics, maxContentLength } = this.#settings;
      if (!this.#streaming) this.#span.addAttributes(STREAMING);
      this.#streaming = true;
      const attributes = chunkMetrics && this.#sink.metrics.enabled ? this.#span.attributes : undefined;
      this.#chunks = new Chunks(this.#startTime, this.#sink.metrics, attributes && chunkDimensions(attributes));
      const textLimit = this.#input ? maxContentLength : 0;
      const whole = inspectStreams ? this.#operation.assemble?.(textLimit) : undefined;
      this.#assembly = whole ?? this.#operation.digest?.();
      // What a framework reads is on its own spans.
      if (this.#input && !this.#assembly && !this.#pending) this.#sink.logOnce('warn', UNREAD_CONTENT);
      const treatment = this.#assembly ? 'inspected as it passes through' : 'passed through uninspected';
      this.#sink.diag.debug(`${this.#name}: the response is a stream, its body is ${treatment}`);
    });
  }

  onChunk(chunk: unknown): void {
    try {
      this.#chunks?.add();
      this.#assembly?.add(chunk);
    } catch (fault) {
      this.#span.report(fault);
    }
  }

  /** Seconds since the call began. */
  get age(): number {
    return (performance.now() - this.#startTime) / 1000;
  }

  /** Adds what is known beside the response. */
  addAttributes(attributes: Attributes): void {
    this.#span.update(() => this.#span.addAttributes(attributes));
  }

  onStreamEnd(end: StreamEnd, error?: unknown): void {
    // The stream has ended: the SDK leaves a stream that was aborted, too.
    if (this.#endTime !== undefined) return;
    // An abort before the stream begins rejects with `APIUserAbortError`. A later abort ends the stream without an error.
    if (end === 'failed' && isUserAbort(error)) this.#endStream('aborted');
    else {
      if (end === 'failed') this.#failWith(error, originOfReading);
      this.#endStream(end);
    }
  }

  onError(error: unknown): void {
    if (this.#streaming) {
      this.onStreamEnd('failed', error);
      return;
    }
    this.#failWith(error, (failed) => this.#originOf(failed));
    this.#end();
  }

  /** The method itself threw: the SDK, or a getter of the parameters. */
  onThrown(error: unknown): void {
    this.#failWith(error, originOf);
    this.#end();
  }

  onAbandoned(): void {
    if (this.#endTime !== undefined) {
      this.#end();
      return;
    }
    if (this.#streaming) {
      this.onStreamEnd('abandoned');
      return;
    }
    this.#span.update(() => this.#span.addAttributes({ [semconv.ATTR_LLM_ABANDONED]: true }));
    this.#end(false);
  }

  onFault(fault: unknown): void {
    this.#span.report(fault);
    this.#end(false);
  }

  #describe(body: unknown): void {
    const { attributes, choices, failure, background } = this.#operation.response(body);
    if (failure) this.#fail((filter) => describeFailure(failure, 'api', filter));
    this.#span.addAttributes(attributes);
    this.#hasUsage = attributes[semconv.ATTR_GEN_AI_USAGE_INPUT_TOKENS] !== undefined;
    if (background) this.#span.addAttributes(this.#backgroundUsage.unreported(background));
    if (!this.#span.isRecording) return;

    if (this.#input) this.#releaseWithOutput(this.#input, body);
    const { choiceEvents, responseHook } = this.#settings;
    if (choiceEvents) this.#addChoices(choices);
    if (responseHook) this.#callResponseHook(responseHook, body);
  }

  #callResponseHook(hook: NonNullable<Settings['responseHook']>, response: unknown): void {
    this.#guardHook(() => hook(this.#span.span, { operation: this.#operation.name, response }));
  }

  #addChoices(choices: readonly Choice[]): void {
    const content = this.#content;
    const messages = content && capturesOnSpan(this.#settings) ? content.outputMessages : undefined;
    // There is one message per choice. If `contentHook` removed some, it is unknown which choice a message belongs to.
    const matching = messages?.length === choices.length ? messages : undefined;
    try {
      const listed = new ListedCalls();
      let position = 0;
      for (const choice of choices) {
        const attributes = choiceAttributes(choice, listed, matching?.[position++]);
        this.#span.span.addEvent(semconv.EVENT_LLM_CHOICE, attributes);
      }
    } catch (fault) {
      this.#span.report(fault);
    }
  }

  /** The input of a call whose answer is unknown. */
  #releaseInput(input: Content): void {
    this.#span.update(() => this.#release(input));
  }

  #releaseWithOutput(input: Content, body: unknown): void {
    this.#span.update(() => {
      const { output, documents } = this.#operation;
      this.#release({ ...input, ...known({ outputMessages: output?.(body), retrievalDocuments: documents?.(body) }) });
    });
  }

  /** Called once per call, with all of its content. */
  #release(content: Content): void {
    this.#input = undefined;
    this.#content = releaseContent(content, this.#operation.name, this.#span, this.#settings);
  }

  #endStream(outcome: StreamEnd): void {
    this.#span.update(() => {
      if (!this.#assembly) return;
      this.#describe(this.#assembly.body());
      const isWhole = outcome === 'completed' && !this.#span.failed && this.#operation.name === 'chat';
      if (isWhole && !this.#hasUsage) this.#sink.logOnce('info', NO_USAGE);
    });
    this.#span.update(() => {
      this.#span.addAttributes({
        [semconv.ATTR_LLM_STREAM_END_REASON]: this.#span.failed ? 'failed' : outcome,
        [semconv.ATTR_LLM_STREAM_CHUNK_COUNT]: this.#chunks?.count ?? 0,
        [semconv.ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: this.#chunks?.secondsToFirst,
      });
    });
    const isKnown = this.#assembly !== undefined || this.#span.failed || outcome === 'abandoned';
    if (this.#pending && !isKnown) this.#awaitResponse(this.#pending);
    else this.#end(outcome !== 'abandoned');
  }

  /** Nobody here has read the stream, but the framework has: the span gets its usage from there, and keeps its end time. */
  #awaitResponse(pending: PendingModelCall): void {
    this.#endTime = performance.now();
    pending.onResponse((response) => {
      this.#span.update(() => this.#span.addAttributes(response));
      this.#end();
    });
  }

  #failWith(error: unknown, originOf: (error: unknown) => ErrorOrigin): void {
    this.#fail((filter) => describeError(error, originOf(error), filter));
  }

  /** The first failure counts: if a body reports one, the SDK can stumble over what that body lacks. */
  #fail(describe: FailureDescriber): void {
    if (this.#span.failed || this.#span.ended) return;
    // Some providers repeat the key that they do not accept.
    this.#span.fail((filter) =>
      describe((message, origin) => filter(withoutText(message, fieldsOf(this.#client).apiKey), origin)),
    );
  }

  #originOf(error: unknown): ErrorOrigin {
    // What fails after the whole body has arrived is code that works on it, such as `parse()`.
    if (this.#received === 'body' || error === this.#bodyError) return 'content';
    return this.#received === 'headers' ? originOfReading(error) : 'api';
  }

  /** @param measured whether the duration of the call is known */
  #end(measured = true): void {
    if (this.#span.ended) return;
    if (this.#retries > 0) this.addAttributes({ [semconv.ATTR_HTTP_REQUEST_RESEND_COUNT]: this.#retries });
    if (this.isPolling) this.addAttributes({ [semconv.ATTR_LLM_POLL_COUNT]: this.#polls });
    if (this.#input) this.#releaseInput(this.#input);
    if (capturesContent(this.#settings)) this.#emitContent();
    if (this.#sink.metrics.enabled) this.#measure(measured);
    this.#span.end(this.#endTime);
    this.#onEnd(this.#handle);
  }

  #emitContent(): void {
    this.#span.update(() => emitContent(this.#content, this.#span, this.#span.context, this.#sink));
  }

  #measure(measured: boolean): void {
    const endTime = this.#endTime ?? performance.now();
    const seconds = measured ? (endTime - this.#startTime) / 1000 : undefined;
    try {
      this.#sink.metrics.recordCall(seconds, this.#span.attributes ?? {});
    } catch (fault) {
      this.#span.report(fault);
    }
  }

  #guardHook(hook: () => unknown): void {
    callHook(hook, (fault) => this.#span.report(fault));
  }
}

/** If the parameters cannot be read, the call is traced without their attributes. */
function describeRequest(
  operation: CallDescription,
  args: readonly unknown[],
  { deployment }: Server,
  { diag }: TelemetrySink,
): RequestDescription {
  try {
    return operation.request(args, deployment);
  } catch (fault) {
    report(diag, fault);
    return { attributes: {} };
  }
}

export function commonAttributes(operation: Pick<CallDescription, 'name'>, server: Server): Attributes {
  return {
    [semconv.ATTR_GEN_AI_OPERATION_NAME]: operation.name,
    [semconv.ATTR_GEN_AI_PROVIDER_NAME]: server.provider,
    [semconv.ATTR_SERVER_ADDRESS]: server.address,
    [semconv.ATTR_SERVER_PORT]: server.port,
  };
}
