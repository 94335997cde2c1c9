import { type Attributes, type Context, context, SpanKind, trace } from '@opentelemetry/api';
import { capturesContent, capturesOnSpan } from '../config.js';
import { CURRENT_CALL, type PendingModelCall } from '../context-keys.js';
import { attempt, callHook } from '../guard.js';
import { known } from '../known.js';
import type { StreamEnd, Watcher } from '../observe/watcher.js';
import type { Content } from '../operations/content.js';
import type { Assembly, Choice, Operation } from '../operations/operation.js';
import { fieldsOf } from '../read.js';
import * as semconv from '../semconv.js';
import { choiceAttributes } from '../telemetry/choice-events.js';
import { emitContent, releaseContent } from '../telemetry/content-recording.js';
import { describeError, describeFailure, isUserAbort } from '../telemetry/errors.js';
import { describeResponse } from '../telemetry/headers.js';
import { chunkDimensions } from '../telemetry/metrics.js';
import { OpenSpan } from '../telemetry/open-span.js';
import type { TelemetrySink } from '../telemetry/sink.js';
import { Chunks } from './chunks.js';
import type { Server } from './server.js';

const STREAMING: Attributes = Object.freeze({
  [semconv.ATTR_LLM_STREAMING]: true,
  [semconv.ATTR_GEN_AI_REQUEST_STREAM]: true,
});

export interface CallStart {
  readonly operation: Operation;
  readonly server: Server;
  readonly args: readonly unknown[];
  readonly parent: Context;
  /** Set if a framework makes the call. */
  readonly pending?: PendingModelCall | undefined;
}

/** The life of one call of the SDK: from the method being called until the application has the whole answer. */
export class Call implements Watcher {
  readonly #operation: Operation;
  readonly #sink: TelemetrySink;
  readonly #onEnd: (call: Call) => void;
  readonly #pending: PendingModelCall | undefined;
  readonly #name: string;
  readonly #span: OpenSpan;
  readonly #context: Context;
  readonly #startTime = performance.now();
  #chunks: Chunks | undefined;
  /** What was said to the model, until it is recorded. */
  #input: Content | undefined;
  #content: Content | undefined;
  #streaming: boolean;
  #assembly: Assembly | undefined;
  #retries = 0;
  /** Set if the call has ended and its span waits for attributes; by the clock of `performance.now()`. */
  #endTime: number | undefined;

  constructor(
    { operation, server, args, parent, pending }: CallStart,
    sink: TelemetrySink,
    onEnd: (call: Call) => void,
  ) {
    // A request that cannot be read is still a call.
    const request = attempt(sink.diag, () => operation.request(args, server.deployment)) ?? { attributes: {} };
    this.#operation = operation;
    this.#sink = sink;
    this.#onEnd = onEnd;
    this.#pending = pending;
    this.#streaming = request.streaming ?? false;
    this.#name = request.target === undefined ? operation.name : `${operation.name} ${request.target}`;
    const attributes = [
      commonAttributes(operation, server),
      ...(this.#streaming ? [STREAMING] : []),
      request.attributes,
    ];
    const start = { name: this.#name, kind: SpanKind.CLIENT, attributes, measured: sink.metrics.enabled };
    this.#span = new OpenSpan(start, parent, sink);
    this.#context = trace.setSpan(parent, this.#span.span).setValue(CURRENT_CALL, this);
    if (this.#span.isRecording) this.#onRequest(args);
  }

  /** The call on whose behalf the SDK is working. */
  static current(): Call | undefined {
    const call = context.active().getValue(CURRENT_CALL);
    return call instanceof Call ? call : undefined;
  }

  /** Whether anybody wants to know how the call goes on. */
  get isWatched(): boolean {
    return this.#span.isRecording || this.#sink.metrics.enabled;
  }

  within<T>(work: () => T): T {
    return context.with(this.#context, work);
  }

  #onRequest(args: readonly unknown[]): void {
    const { settings } = this.#sink;
    // Taken at once: the application may add to its messages as soon as the method has returned.
    if (capturesContent(settings)) this.#span.update(() => this.#takeInput(args));
    const { requestHook } = settings;
    const request = { operation: this.#operation.name, params: args[0] };
    if (requestHook) this.#hook(() => requestHook(this.#span.span, request));
  }

  #takeInput(args: readonly unknown[]): void {
    this.#input = {};
    this.#input = this.#operation.input?.(args) ?? {};
  }

  /** The SDK sends the request once more. */
  onRetry(): void {
    this.#retries++;
  }

  onResponse(response: unknown): void {
    this.#span.update(() => {
      const { status, headers } = fieldsOf(response);
      this.#span.addAttributes(describeResponse(status, headers));
    });
  }

  onResult(body: unknown): void {
    this.#span.update(() => this.#describe(body));
  }

  onDone(): void {
    this.#end({ measured: true });
  }

  onStream(): void {
    this.#span.update(() => {
      const { metrics, settings, diag } = this.#sink;
      if (!this.#streaming) this.#span.addAttributes(STREAMING);
      this.#streaming = true;
      const attributes = settings.chunkMetrics && metrics.enabled ? this.#span.attributes : undefined;
      this.#chunks = new Chunks(this.#startTime, metrics, attributes && chunkDimensions(attributes));
      const textLimit = this.#input ? settings.maxContentLength : 0;
      if (settings.inspectStreams) this.#assembly = this.#operation.assemble?.(textLimit);
      const treatment = this.#assembly ? 'inspected as it passes through' : 'passed through uninspected';
      diag.debug(`${this.#name}: the response is a stream, its body is ${treatment}`);
    });
  }

  onChunk(chunk: unknown): void {
    // Not `tell`: no function is made for each chunk.
    try {
      this.#chunks?.add();
      this.#assembly?.add(chunk);
    } catch (fault) {
      this.#span.report(fault);
    }
  }

  onStreamEnd(end: StreamEnd, error?: unknown): void {
    // The stream has ended: the SDK leaves a stream that was aborted, too.
    if (this.#endTime !== undefined) return;
    // Before the stream has begun, an abort rejects. After that, it ends the stream without an error.
    if (end === 'failed' && isUserAbort(error)) this.#endStream('aborted');
    else {
      if (end === 'failed') this.#span.update(() => this.#span.fail(describeError(error)));
      this.#endStream(end);
    }
  }

  onError(error: unknown): void {
    if (this.#streaming) {
      this.onStreamEnd('failed', error);
      return;
    }
    this.#span.update(() => this.#span.fail(describeError(error)));
    this.#end({ measured: true });
  }

  onAbandoned(): void {
    if (this.#endTime !== undefined) {
      this.#end({ measured: true });
      return;
    }
    if (this.#streaming) {
      this.onStreamEnd('abandoned');
      return;
    }
    this.#span.update(() => this.#span.addAttributes({ [semconv.ATTR_LLM_ABANDONED]: true }));
    this.#end({ measured: false });
  }

  onFault(fault: unknown): void {
    this.#span.report(fault);
    this.#end({ measured: false });
  }

  #describe(body: unknown): void {
    const { settings } = this.#sink;
    const { attributes, choices, failure } = this.#operation.response(body);
    this.#span.addAttributes(attributes);
    if (failure) this.#span.fail(describeFailure(failure));
    if (!this.#span.isRecording) return;

    const input = this.#input;
    if (input) {
      this.#span.update(() =>
        this.#release({ ...input, ...known({ outputMessages: this.#operation.output?.(body) }) }),
      );
    }
    if (settings.choiceEvents) this.#span.update(() => this.#addChoices(choices));
    const { responseHook } = settings;
    const response = { operation: this.#operation.name, response: body };
    if (responseHook) this.#hook(() => responseHook(this.#span.span, response));
  }

  #addChoices(choices: readonly Choice[]): void {
    const messages = capturesOnSpan(this.#sink.settings) ? this.#content?.outputMessages : undefined;
    // One message a choice, unless a hook has left some out: which they belong to is then not known.
    const said = messages?.length === choices.length ? messages : undefined;
    choices.forEach((choice, i) => {
      this.#span.span.addEvent(semconv.EVENT_LLM_CHOICE, choiceAttributes(choice, said?.[i]));
    });
  }

  /** Once a call: when all has been said. */
  #release(content: Content): void {
    this.#input = undefined;
    this.#content = releaseContent(content, this.#operation.name, this.#span, this.#sink.settings);
  }

  #endStream(outcome: StreamEnd): void {
    this.#span.update(() => {
      if (this.#assembly) this.#describe(this.#assembly.body());
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
    else this.#end({ measured: outcome !== 'abandoned' });
  }

  /** Nobody here has read the stream, but the framework has: the span gets its usage from there, and keeps its end time. */
  #awaitResponse(pending: PendingModelCall): void {
    this.#endTime = performance.now();
    pending.onResponse((response) => {
      this.#span.update(() => this.#span.addAttributes(response));
      this.#end({ measured: true });
    });
  }

  /** @param measured whether it is known how long the call took */
  #end({ measured }: { measured: boolean }): void {
    if (this.#span.ended) return;
    this.#span.update(() => {
      if (this.#retries > 0) this.#span.addAttributes({ [semconv.ATTR_HTTP_REQUEST_RESEND_COUNT]: this.#retries });
    });
    this.#span.update(() => {
      if (this.#input) this.#release(this.#input);
    });
    this.#span.update(() => emitContent(this.#content, this.#span, this.#context, this.#sink));
    this.#span.update(() => {
      const { metrics } = this.#sink;
      const attributes = metrics.enabled ? this.#span.attributes : undefined;
      const endTime = this.#endTime ?? performance.now();
      if (attributes) metrics.recordCall(measured ? (endTime - this.#startTime) / 1000 : undefined, attributes);
    });
    this.#span.end(this.#endTime);
    this.#onEnd(this);
  }

  #hook(hook: () => unknown): void {
    callHook(hook, (fault) => this.#span.report(fault));
  }
}

function commonAttributes(operation: Operation, server: Server): Attributes {
  return {
    [semconv.ATTR_GEN_AI_OPERATION_NAME]: operation.name,
    [semconv.ATTR_GEN_AI_PROVIDER_NAME]: server.provider,
    [semconv.ATTR_SERVER_ADDRESS]: server.address,
    [semconv.ATTR_SERVER_PORT]: server.port,
  };
}
