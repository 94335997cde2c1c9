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
import { known } from '../known.js';
import type { StreamEnd, Watcher } from '../observe/watcher.js';
import type { Choice, Operation, RequestDescription } from '../operations/operation.js';
import { fieldsOf } from '../read.js';
import * as semconv from '../semconv.js';
import type { Server } from '../server.js';
import { attempt, report } from './attempt.js';
import { describeError, isUserAbort } from './errors.js';
import { describeResponse } from './headers.js';

const CURRENT_CALL = createContextKey('opentelemetry-instrumentation-openai current call');

/** What a call needs to speak. */
export interface Outlet {
  /** Asked for anew each time: its provider may be set late. */
  readonly tracer: () => Tracer;
  readonly diag: DiagLogger;
}

type StreamOutcome = StreamEnd | 'failed' | 'abandoned';

/** The life of one call of the SDK: from the method being called until the application has the whole answer. */
export class Call implements Watcher {
  readonly #operation: Operation;
  readonly #outlet: Outlet;
  readonly #onEnd: (call: Call) => void;
  readonly #name: string;
  readonly #span: Span;
  readonly #context: Context;
  readonly #startTime = performance.now();
  #streaming: boolean;
  #chunks = 0;
  #firstChunkTime = 0;
  #retries = 0;
  #ended = false;
  #faulty = false;

  constructor(
    operation: Operation,
    server: Server,
    args: readonly unknown[],
    outlet: Outlet,
    onEnd: (call: Call) => void,
  ) {
    const request = describeRequest(operation, args, outlet.diag);
    this.#operation = operation;
    this.#outlet = outlet;
    this.#onEnd = onEnd;
    this.#streaming = request.streaming ?? false;
    this.#name = request.target === undefined ? operation.name : `${operation.name} ${request.target}`;
    this.#span = outlet.tracer().startSpan(this.#name, {
      kind: SpanKind.CLIENT,
      attributes: startAttributes(operation, server, request),
    });
    this.#context = trace.setSpan(context.active(), this.#span).setValue(CURRENT_CALL, this);
  }

  /** The call on whose behalf the SDK is working. */
  static current(): Call | undefined {
    const call = context.active().getValue(CURRENT_CALL);
    return call instanceof Call ? call : undefined;
  }

  get recording(): boolean {
    return this.#span.isRecording();
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
      this.#span.setAttributes(describeResponse(status, headers));
    });
  }

  onResult(body: unknown): void {
    this.#tell(() => {
      const { attributes, choices } = this.#operation.response(body);
      this.#span.setAttributes(attributes);
      for (const choice of choices) this.#span.addEvent(semconv.EVENT_GEN_AI_CHOICE, choiceAttributes(choice));
    });
  }

  onDone(): void {
    this.#end({});
  }

  onStream(): void {
    this.#tell(() => {
      this.#outlet.diag.debug(`${this.#name}: a stream, its body is passed through uninspected`);
      if (this.#streaming) return;
      this.#streaming = true;
      this.#span.setAttributes(STREAMING);
    });
  }

  onChunk(): void {
    if (this.#chunks++ === 0) this.#firstChunkTime = performance.now();
  }

  onStreamEnd(end: StreamEnd): void {
    this.#end(this.#streamAttributes(end));
  }

  onError(error: unknown): void {
    // An abort before the stream began rejects; once it has begun, it ends the stream without an error.
    if (this.#streaming && isUserAbort(error)) {
      this.onStreamEnd('aborted');
      return;
    }
    this.#tell(() => {
      const { message, attributes, exception } = describeError(error);
      this.#span.setAttributes(attributes);
      this.#span.addEvent(semconv.EVENT_EXCEPTION, exception);
      this.#span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
    });
    this.#end(this.#streaming ? this.#streamAttributes('failed') : {});
  }

  onAbandoned(): void {
    this.#end(this.#streaming ? this.#streamAttributes('abandoned') : { [semconv.ATTR_LLM_ABANDONED]: true });
  }

  onFault(fault: unknown): void {
    this.#report(fault);
    this.#end({});
  }

  #streamAttributes(outcome: StreamOutcome): Attributes {
    return known({
      [semconv.ATTR_LLM_STREAM_END_REASON]: outcome,
      [semconv.ATTR_LLM_STREAM_CHUNK_COUNT]: this.#chunks,
      [semconv.ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]:
        this.#chunks > 0 ? (this.#firstChunkTime - this.#startTime) / 1000 : undefined,
    });
  }

  #end(attributes: Attributes): void {
    if (this.#ended) return;
    this.#tell(() => {
      if (this.#retries > 0) this.#span.setAttribute(semconv.ATTR_HTTP_REQUEST_RESEND_COUNT, this.#retries);
      this.#span.setAttributes(attributes);
    });
    this.#tell(() => this.#span.end());
    this.#ended = true;
    this.#onEnd(this);
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

const STREAMING: Attributes = Object.freeze({
  [semconv.ATTR_LLM_STREAMING]: true,
  [semconv.ATTR_GEN_AI_REQUEST_STREAM]: true,
});

/** A request that cannot be read is still a call. */
function describeRequest(operation: Operation, args: readonly unknown[], diag: DiagLogger): RequestDescription {
  return attempt(diag, () => operation.request(args)) ?? { attributes: {} };
}

function startAttributes(operation: Operation, server: Server, request: RequestDescription): Attributes {
  return {
    [semconv.ATTR_GEN_AI_OPERATION_NAME]: operation.name,
    [semconv.ATTR_GEN_AI_PROVIDER_NAME]: server.provider,
    ...known({ [semconv.ATTR_SERVER_ADDRESS]: server.address, [semconv.ATTR_SERVER_PORT]: server.port }),
    ...(request.streaming ? STREAMING : {}),
    ...request.attributes,
  };
}

function choiceAttributes({ index, finishReason, role, toolCalls = [], refused }: Choice): Attributes {
  return known({
    [semconv.ATTR_GEN_AI_CHOICE_INDEX]: index,
    [semconv.ATTR_GEN_AI_CHOICE_FINISH_REASON]: finishReason,
    [semconv.ATTR_GEN_AI_CHOICE_ROLE]: role,
    [semconv.ATTR_GEN_AI_CHOICE_TOOL_CALLS]: toolCalls.length > 0 ? JSON.stringify(toolCalls) : undefined,
    [semconv.ATTR_GEN_AI_CHOICE_REFUSED]: refused || undefined,
  });
}
