import { type Attributes, type Context, type Link, SpanKind } from '@opentelemetry/api';
import { withoutCredentials } from '../credentials.js';
import { callHook } from '../guard.js';
import type { SocketApi } from '../operations/socket-api.js';
import { fieldsOf } from '../read.js';
import * as semconv from '../semconv.js';
import { describeError } from '../telemetry/errors.js';
import { describeResponse } from '../telemetry/headers.js';
import { OpenSpan } from '../telemetry/open-span.js';
import type { TelemetrySink } from '../telemetry/sink.js';
import { commonAttributes } from './call.js';
import type { Server } from './server.js';

export interface SessionStart {
  readonly api: SocketApi;
  readonly server: Server;
  /** What a hook sees of the session's parameters. */
  readonly params: unknown;
  readonly model: string | undefined;
  readonly parent: Context;
}

/** How a session ended. */
export interface SessionClose {
  /** Of the close frame; none if the close was not reported. */
  readonly code?: number | undefined;
  /** What the server said. What the application said is content. */
  readonly reason?: string | undefined;
  /** Why the session failed, if it did. */
  readonly error?: unknown;
}

export interface SessionTotals {
  readonly responses: number;
  readonly messages: number;
  readonly reconnects: number;
}

/**
 * What is recorded of a session as a whole. The GenAI conventions have nothing for sessions: everything that would change with
 * them is in this file.
 */
export class SessionSpan {
  readonly #span: OpenSpan;
  readonly #recordsMessages: boolean;

  constructor({ api, server, params, model, parent }: SessionStart, sink: TelemetrySink) {
    const attributes = [commonAttributes(api, server), { [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model }];
    const name = model === undefined ? api.name : `${api.name} ${model}`;
    this.#span = new OpenSpan({ name, kind: SpanKind.CLIENT, attributes }, parent, sink);
    const { requestHook, errorMessages } = sink.settings;
    this.#recordsMessages = errorMessages !== 'none';
    if (!this.#span.isRecording || !requestHook) return;
    callHook(
      () => requestHook(this.#span.span, { operation: api.name, params }),
      (fault) => this.#span.report(fault),
    );
  }

  /** The context in which the session is active. It lets go of the span when that ends. */
  get context(): Context {
    return this.#span.context;
  }

  get link(): Link {
    return { context: this.#span.span.spanContext() };
  }

  get isRecording(): boolean {
    return this.#span.isRecording;
  }

  onHandshake(response: unknown): void {
    const { status, headers } = fieldsOf(response);
    this.describe(describeResponse(status, headers));
  }

  onOpen(): void {
    this.#event(semconv.EVENT_LLM_SESSION_OPEN);
  }

  onReconnecting(code: number | undefined): void {
    this.#event(
      semconv.EVENT_LLM_SESSION_RECONNECTING,
      code === undefined ? {} : { [semconv.ATTR_LLM_SESSION_CLOSE_CODE]: code },
    );
  }

  onReconnected(): void {
    this.#event(semconv.EVENT_LLM_SESSION_RECONNECTED);
  }

  /** An error that ends no response, and not the session. */
  onError(error: unknown): void {
    this.#span.addException((filter) => describeError(error, 'api', filter));
  }

  describe(attributes: Attributes): void {
    this.#span.update(() => this.#span.addAttributes(attributes));
  }

  onClosed({ code, reason, error }: SessionClose, totals: SessionTotals): void {
    this.describe({
      [semconv.ATTR_LLM_SESSION_CLOSE_CODE]: code,
      [semconv.ATTR_LLM_SESSION_CLOSE_REASON]: reason && this.#recordsMessages ? withoutCredentials(reason) : undefined,
    });
    if (error !== undefined) this.#span.fail((filter) => describeError(error, 'api', filter));
    this.#end(totals);
  }

  onAbandoned(totals: SessionTotals): void {
    this.describe({ [semconv.ATTR_LLM_ABANDONED]: true });
    this.#end(totals);
  }

  #end({ responses, messages, reconnects }: SessionTotals): void {
    this.describe({
      [semconv.ATTR_LLM_SESSION_RESPONSE_COUNT]: responses,
      [semconv.ATTR_LLM_SESSION_EVENT_COUNT]: messages,
      [semconv.ATTR_LLM_SESSION_RECONNECT_COUNT]: reconnects || undefined,
    });
    this.#span.end();
  }

  #event(name: string, attributes: Attributes = {}): void {
    this.#span.update(() => this.#span.span.addEvent(name, attributes));
  }
}
