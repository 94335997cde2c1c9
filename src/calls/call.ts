import { type Attributes, type Context, context, createContextKey, SpanKind, trace } from '@opentelemetry/api';
import { known } from '../known.js';
import type { StreamEnd, Watcher } from '../observe/watcher.js';
import type { Content } from '../operations/content.js';
import type { Assembly, Choice, Operation } from '../operations/operation.js';
import { fieldsOf } from '../read.js';
import * as semconv from '../semconv.js';
import { attempt } from '../telemetry/attempt.js';
import { choiceAttributes } from '../telemetry/choice-events.js';
import { capturesContent, capturesOnSpan, emitContent, releaseContent } from '../telemetry/content-recording.js';
import { describeError, describeFailure, isUserAbort } from '../telemetry/errors.js';
import { describeResponse } from '../telemetry/headers.js';
import { callHook } from '../telemetry/hooks.js';
import { dimensionsOf } from '../telemetry/metrics.js';
import { OpenSpan } from '../telemetry/open-span.js';
import type { MeasuredOutlet } from '../telemetry/sink.js';
import { Chunks } from './chunks.js';
import type { Server } from './server.js';

const CURRENT_CALL = createContextKey('opentelemetry-instrumentation-openai current call');

const STREAMING: Attributes = Object.freeze({
  [semconv.ATTR_LLM_STREAMING]: true,
  [semconv.ATTR_GEN_AI_REQUEST_STREAM]: true,
});

export interface CallStart {
  readonly operation: Operation;
  readonly server: Server;
  readonly args: readonly unknown[];
  readonly parent: Context;
}

/** The life of one call of the SDK: from the method being called until the application has the whole answer. */
export class Call implements Watcher {
  readonly #operation: Operation;
  readonly #outlet: MeasuredOutlet;
  readonly #onEnd: (call: Call) => void;
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

  constructor({ operation, server, args, parent }: CallStart, outlet: MeasuredOutlet, onEnd: (call: Call) => void) {
    // A request that cannot be read is still a call.
    const request = attempt(outlet.diag, () => operation.request(args, server.deployment)) ?? { attributes: {} };
    this.#operation = operation;
    this.#outlet = outlet;
    this.#onEnd = onEnd;
    this.#streaming = request.streaming ?? false;
    this.#name = request.target === undefined ? operation.name : `${operation.name} ${request.target}`;
    const attributes = [
      commonAttributes(operation, server),
      ...(this.#streaming ? [STREAMING] : []),
      request.attributes,
    ];
    const start = { name: this.#name, kind: SpanKind.CLIENT, attributes, measured: outlet.metrics.enabled };
    this.#span = new OpenSpan(start, parent, outlet);
    this.#context = trace.setSpan(parent, this.#span.span).setValue(CURRENT_CALL, this);
    if (this.#span.isRecording) this.#onRequest(args);
  }

  /** Whether the SDK is working on behalf of a call, be it of another copy of this package. */
  static isUnderWay(): boolean {
    return context.active().getValue(CURRENT_CALL) !== undefined;
  }

  /** The call on whose behalf the SDK is working. */
  static current(): Call | undefined {
    const call = context.active().getValue(CURRENT_CALL);
    return call instanceof Call ? call : undefined;
  }

  /** Whether anybody wants to know how the call goes on. */
  get isWatched(): boolean {
    return this.#span.isRecording || this.#outlet.metrics.enabled;
  }

  within<T>(work: () => T): T {
    return context.with(this.#context, work);
  }

  #onRequest(args: readonly unknown[]): void {
    const { settings } = this.#outlet;
    // Taken at once: the application may add to its messages as soon as the method has returned.
    if (capturesContent(settings)) this.#span.tell(() => this.#takeInput(args));
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
    this.#span.tell(() => {
      const { status, headers } = fieldsOf(response);
      this.#span.add(describeResponse(status, headers));
    });
  }

  onResult(body: unknown): void {
    this.#span.tell(() => this.#describe(body));
  }

  onDone(): void {
    this.#end({ measured: true });
  }

  onStream(): void {
    this.#span.tell(() => {
      const { metrics, settings, diag } = this.#outlet;
      if (!this.#streaming) this.#span.add(STREAMING);
      this.#streaming = true;
      const measured = metrics.enabled ? this.#span.attributes : undefined;
      this.#chunks = new Chunks(this.#startTime, metrics, measured && dimensionsOf(measured));
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

  onStreamEnd(end: StreamEnd): void {
    this.#endStream(end);
  }

  onError(error: unknown): void {
    // An abort before the stream began rejects; once it has begun, it ends the stream without an error.
    if (this.#streaming && isUserAbort(error)) {
      this.#endStream('aborted');
      return;
    }
    this.#span.tell(() => this.#span.fail(describeError(error)));
    if (this.#streaming) this.#endStream('failed');
    else this.#end({ measured: true });
  }

  onAbandoned(): void {
    if (this.#streaming) {
      this.#endStream('abandoned');
      return;
    }
    this.#span.tell(() => this.#span.add({ [semconv.ATTR_LLM_ABANDONED]: true }));
    this.#end({ measured: false });
  }

  onFault(fault: unknown): void {
    this.#span.report(fault);
    this.#end({ measured: false });
  }

  #describe(body: unknown): void {
    const { settings } = this.#outlet;
    const { attributes, choices, failure } = this.#operation.response(body);
    this.#span.add(attributes);
    if (failure) this.#span.fail(describeFailure(failure));
    if (!this.#span.isRecording) return;

    const input = this.#input;
    if (input) {
      this.#span.tell(() => this.#release({ ...input, ...known({ outputMessages: this.#operation.output?.(body) }) }));
    }
    if (settings.choiceEvents) this.#span.tell(() => this.#addChoices(choices));
    const { responseHook } = settings;
    const response = { operation: this.#operation.name, response: body };
    if (responseHook) this.#hook(() => responseHook(this.#span.span, response));
  }

  #addChoices(choices: readonly Choice[]): void {
    const messages = capturesOnSpan(this.#outlet.settings) ? this.#content?.outputMessages : undefined;
    // One message a choice, unless a hook has left some out: which they belong to is then not known.
    const said = messages?.length === choices.length ? messages : undefined;
    choices.forEach((choice, i) => {
      this.#span.span.addEvent(semconv.EVENT_GEN_AI_CHOICE, choiceAttributes(choice, said?.[i]));
    });
  }

  /** Once a call: when all has been said. */
  #release(content: Content): void {
    this.#input = undefined;
    const info = { span: this.#span.span, operation: this.#operation.name };
    this.#content = releaseContent(content, info, this.#outlet.settings, (fault) => this.#span.report(fault));
  }

  #endStream(outcome: StreamEnd | 'failed' | 'abandoned'): void {
    this.#span.tell(() => {
      if (this.#assembly) this.#describe(this.#assembly.body());
    });
    this.#span.tell(() => {
      this.#span.add({
        [semconv.ATTR_LLM_STREAM_END_REASON]: this.#span.failed ? 'failed' : outcome,
        [semconv.ATTR_LLM_STREAM_CHUNK_COUNT]: this.#chunks?.count ?? 0,
        [semconv.ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: this.#chunks?.secondsToFirst,
      });
    });
    this.#end({ measured: outcome !== 'abandoned' });
  }

  /** @param measured whether it is known how long the call took */
  #end({ measured }: { measured: boolean }): void {
    if (this.#span.ended) return;
    this.#span.tell(() => {
      if (this.#retries > 0) this.#span.add({ [semconv.ATTR_HTTP_REQUEST_RESEND_COUNT]: this.#retries });
    });
    this.#span.tell(() => {
      if (this.#input) this.#release(this.#input);
    });
    this.#span.tell(() => {
      if (!this.#span.isRecording || !capturesContent(this.#outlet.settings)) return;
      emitContent(this.#content, this.#span, this.#context, this.#outlet);
    });
    this.#span.tell(() => {
      const { metrics } = this.#outlet;
      const attributes = measured && metrics.enabled ? this.#span.attributes : undefined;
      if (attributes) metrics.recordCall((performance.now() - this.#startTime) / 1000, attributes);
    });
    this.#span.end();
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
