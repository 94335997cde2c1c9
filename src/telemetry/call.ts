import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  type DiagLogger,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Settings } from '../config.js';
import { contextAttributes } from '../context.js';
import { known } from '../known.js';
import type { StreamEnd, Watcher } from '../observe/watcher.js';
import type { Content } from '../operations/content.js';
import type { Assembly, Operation, RequestDescription } from '../operations/operation.js';
import { fieldsOf } from '../read.js';
import * as semconv from '../semconv.js';
import type { Server } from '../server.js';
import { attempt, report } from './attempt.js';
import { choiceAttributes } from './choices.js';
import {
  capturesAsEvent,
  capturesContent,
  capturesOnSpan,
  contentAttributes,
  contentFields,
  releaseContent,
} from './content.js';
import { describeError, describeFailure, type ErrorDescription, isUserAbort } from './errors.js';
import { describeResponse } from './headers.js';
import { callHook } from './hooks.js';
import { dimensionsOf, type Metrics } from './metrics.js';

/** Where telemetry goes, and how. Providers may be set late and options changed: each call looks anew. */
export interface Outlet {
  readonly tracer: Tracer;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly settings: Settings;
  readonly diag: DiagLogger;
}

/** What is used of the logs API, whose package differs between OpenTelemetry 2.x and 3.x. */
export interface Logger {
  emit(record: {
    eventName: string;
    severityNumber: number;
    context: Context;
    attributes: Record<string, unknown>;
  }): void;
}

type StreamOutcome = StreamEnd | 'failed' | 'abandoned';

const CURRENT_CALL = createContextKey('opentelemetry-instrumentation-openai current call');

/** INFO, the same in every version of the logs API. */
const SEVERITY_INFO = 9;

const STREAMING: Attributes = Object.freeze({
  [semconv.ATTR_LLM_STREAMING]: true,
  [semconv.ATTR_GEN_AI_REQUEST_STREAM]: true,
});

/** The life of one call of the SDK: from the method being called until the application has the whole answer. */
export class Call implements Watcher {
  readonly #operation: Operation;
  readonly #outlet: Outlet;
  readonly #settings: Settings;
  readonly #metrics: Metrics;
  readonly #onEnd: (call: Call) => void;
  readonly #name: string;
  readonly #span: Span;
  readonly #context: Context;
  readonly #startTime = performance.now();
  /** All that the span carries, for the metrics and the log event. */
  readonly #attributes: Attributes;
  readonly #recording: boolean;
  #input: Content | undefined;
  #content: Content | undefined;
  #streaming: boolean;
  #assembly: Assembly | undefined;
  #dimensions: Attributes | undefined;
  #chunks = 0;
  #firstChunkTime = 0;
  #lastChunkTime = 0;
  #retries = 0;
  #failed = false;
  #ended = false;
  #faulty = false;

  constructor(
    operation: Operation,
    server: Server,
    args: readonly unknown[],
    outlet: Outlet,
    onEnd: (call: Call) => void,
  ) {
    // A request that cannot be read is still a call.
    const request = attempt(outlet.diag, () => operation.request(args, server.deployment)) ?? { attributes: {} };
    const parent = context.active();
    this.#operation = operation;
    this.#outlet = outlet;
    this.#settings = outlet.settings;
    this.#metrics = outlet.metrics;
    this.#onEnd = onEnd;
    this.#streaming = request.streaming ?? false;
    this.#name = request.target === undefined ? operation.name : `${operation.name} ${request.target}`;
    this.#attributes = startAttributes(operation, server, request, parent);
    this.#span = outlet.tracer.startSpan(this.#name, { kind: SpanKind.CLIENT, attributes: this.#attributes }, parent);
    this.#context = trace.setSpan(parent, this.#span).setValue(CURRENT_CALL, this);
    this.#recording = this.#span.isRecording();
    if (!this.#recording) return;
    // The application may change its messages as soon as the method returns.
    if (capturesContent(this.#settings))
      this.#tell(() => {
        this.#input = operation.input?.(args) ?? {};
      });
    this.#hook(this.#settings.requestHook, { operation: operation.name, params: args[0] });
  }

  /** The call on whose behalf the SDK is working. */
  static current(): Call | undefined {
    const call = context.active().getValue(CURRENT_CALL);
    return call instanceof Call ? call : undefined;
  }

  /** Whether anybody wants to know how the call goes on. */
  get isWatched(): boolean {
    return this.#recording || this.#metrics.enabled;
  }

  within<T>(work: () => T): T {
    return context.with(this.#context, work);
  }

  /** The SDK sends the request once more. */
  onRetry(): void {
    this.#retries++;
  }

  onResponse(response: unknown): void {
    this.#tell(() => {
      const { status, headers } = fieldsOf(response);
      this.#add(describeResponse(status, headers));
    });
  }

  onResult(body: unknown): void {
    this.#tell(() => this.#describe(body));
  }

  onDone(): void {
    this.#end();
  }

  onStream(): void {
    this.#tell(() => {
      if (!this.#streaming) this.#add(STREAMING);
      this.#streaming = true;
      if (this.#metrics.enabled) this.#dimensions = dimensionsOf(this.#attributes);
      if (this.#settings.inspectStreams) {
        this.#assembly = this.#operation.assemble?.(this.#input ? this.#settings.maxContentLength : 0);
      }
      const treatment = this.#assembly ? 'inspected as it passes through' : 'passed through uninspected';
      this.#outlet.diag.debug(`${this.#name}: a stream, ${treatment}`);
    });
  }

  onChunk(chunk: unknown): void {
    if (this.#chunks++ === 0) this.#firstChunkTime = performance.now();
    if (this.#dimensions || this.#assembly) this.#lookAt(chunk);
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
    this.#tell(() => this.#fail(describeError(error)));
    if (this.#streaming) this.#endStream('failed');
    else this.#end();
  }

  onAbandoned(): void {
    if (this.#streaming) this.#endStream('abandoned');
    else this.#end({ [semconv.ATTR_LLM_ABANDONED]: true });
  }

  onFault(fault: unknown): void {
    this.#report(fault);
    this.#end();
  }

  #lookAt(chunk: unknown): void {
    try {
      if (this.#dimensions) this.#measure(this.#dimensions);
      this.#assembly?.add(chunk);
    } catch (fault) {
      this.#report(fault);
    }
  }

  #measure(dimensions: Attributes): void {
    if (this.#chunks === 1) {
      this.#lastChunkTime = this.#firstChunkTime;
      this.#metrics.recordFirstChunk(this.#secondsToFirstChunk, dimensions);
      return;
    }
    const now = performance.now();
    this.#metrics.recordNextChunk((now - this.#lastChunkTime) / 1000, dimensions);
    this.#lastChunkTime = now;
  }

  get #secondsToFirstChunk(): number {
    return (this.#firstChunkTime - this.#startTime) / 1000;
  }

  #describe(body: unknown): void {
    const { attributes, choices, failure } = this.#operation.response(body);
    this.#add(attributes);
    if (failure) this.#fail(describeFailure(failure));
    if (!this.#recording) return;
    if (this.#input) this.#capture(this.#operation.output?.(body));
    if (this.#settings.choiceEvents) {
      const said = capturesOnSpan(this.#settings) ? this.#content?.outputMessages : undefined;
      choices.forEach((choice, i) => {
        this.#span.addEvent(semconv.EVENT_GEN_AI_CHOICE, choiceAttributes(choice, said?.[i]));
      });
    }
    this.#hook(this.#settings.responseHook, { operation: this.#operation.name, response: body });
  }

  /** Once a call, when all that will be said has been said. */
  #capture(outputMessages: Content['outputMessages']): void {
    const content = known({ ...this.#input, outputMessages });
    this.#input = undefined;
    this.#content = releaseContent(content, this.#span, this.#operation.name, this.#settings);
    if (this.#content && capturesOnSpan(this.#settings)) this.#span.setAttributes(contentAttributes(this.#content));
  }

  #fail({ message, attributes, exception }: ErrorDescription): void {
    this.#failed = true;
    this.#add(attributes);
    this.#span.addEvent(semconv.EVENT_EXCEPTION, exception);
    this.#span.setStatus(known({ code: SpanStatusCode.ERROR, message }));
  }

  #endStream(outcome: StreamOutcome): void {
    this.#tell(() => {
      if (this.#assembly) this.#describe(this.#assembly.body());
    });
    const attributes = known({
      [semconv.ATTR_LLM_STREAM_END_REASON]: this.#failed ? 'failed' : outcome,
      [semconv.ATTR_LLM_STREAM_CHUNK_COUNT]: this.#chunks,
      [semconv.ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: this.#chunks > 0 ? this.#secondsToFirstChunk : undefined,
    });
    this.#end(attributes, outcome !== 'abandoned');
  }

  /** Each step by itself, so that one that fails takes no other with it. */
  #end(attributes: Attributes = {}, durationIsKnown = true): void {
    if (this.#ended) return;
    this.#tell(() => this.#add(attributes));
    this.#tell(() => {
      if (this.#retries > 0) this.#add({ [semconv.ATTR_HTTP_REQUEST_RESEND_COUNT]: this.#retries });
    });
    this.#tell(() => {
      if (this.#input) this.#capture(undefined);
    });
    this.#tell(() => this.#logDetails());
    this.#tell(() => {
      if (durationIsKnown) this.#metrics.recordCall((performance.now() - this.#startTime) / 1000, this.#attributes);
    });
    this.#tell(() => this.#span.end());
    this.#ended = true;
    this.#onEnd(this);
  }

  #logDetails(): void {
    if (!this.#recording || !capturesAsEvent(this.#settings)) return;
    this.#outlet.logger.emit({
      eventName: semconv.EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS,
      severityNumber: SEVERITY_INFO,
      context: this.#context,
      attributes: { ...this.#attributes, ...(this.#content && contentFields(this.#content)) },
    });
  }

  #add(attributes: Attributes): void {
    Object.assign(this.#attributes, attributes);
    this.#span.setAttributes(attributes);
  }

  #hook<Info>(hook: ((span: Span, info: Info) => unknown) | undefined, info: Info): void {
    if (hook)
      callHook(
        () => hook(this.#span, info),
        (fault) => this.#report(fault),
      );
  }

  /** Adds to the span while it is open. What goes wrong here is not the application's concern. */
  #tell(tell: () => void): void {
    if (this.#ended) return;
    try {
      tell();
    } catch (fault) {
      this.#report(fault);
    }
  }

  /** One fault a call: where one thing fails, more will. */
  #report(fault: unknown): void {
    if (!this.#faulty) report(this.#outlet.diag, fault);
    this.#faulty = true;
  }
}

function startAttributes(
  operation: Operation,
  server: Server,
  request: RequestDescription,
  parent: Context,
): Attributes {
  return {
    ...contextAttributes(parent),
    [semconv.ATTR_GEN_AI_OPERATION_NAME]: operation.name,
    [semconv.ATTR_GEN_AI_PROVIDER_NAME]: server.provider,
    ...known({ [semconv.ATTR_SERVER_ADDRESS]: server.address, [semconv.ATTR_SERVER_PORT]: server.port }),
    ...(request.streaming ? STREAMING : {}),
    ...request.attributes,
  };
}
