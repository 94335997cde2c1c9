import { type Context, context, SpanKind, trace } from '@opentelemetry/api';
import type { Content } from '../operations/content.js';
import * as semconv from '../semconv.js';
import { capturesContent, emitContent, releaseContent } from '../telemetry/content-recording.js';
import { describeError } from '../telemetry/errors.js';
import { copyContent, parsedArguments } from '../telemetry/limit.js';
import { OpenSpan } from '../telemetry/open-span.js';
import type { Outlet } from '../telemetry/sink.js';

const EXECUTE_TOOL = 'execute_tool';

/** A tool function that is about to run because a model asked for it. */
export interface RequestedTool {
  readonly name: string | undefined;
  readonly callId: string | undefined;
  /** What the function is called with: JSON text, or an object made of it. */
  readonly argument: unknown;
}

/** The life of one run of a tool function, from its call until what it returned has settled. */
export class ToolCall {
  readonly #outlet: Outlet;
  readonly #onEnd: (call: ToolCall) => void;
  readonly #span: OpenSpan;
  readonly #context: Context;
  /** Set if content is captured. */
  #content: Content | undefined;

  constructor({ name, callId, argument }: RequestedTool, outlet: Outlet, onEnd: (call: ToolCall) => void) {
    const parent = context.active();
    const attributes = {
      [semconv.ATTR_GEN_AI_OPERATION_NAME]: EXECUTE_TOOL,
      [semconv.ATTR_GEN_AI_TOOL_TYPE]: 'function',
      [semconv.ATTR_GEN_AI_TOOL_NAME]: name,
      [semconv.ATTR_GEN_AI_TOOL_CALL_ID]: callId,
    };
    const spanName = name === undefined ? EXECUTE_TOOL : `${EXECUTE_TOOL} ${name}`;
    this.#outlet = outlet;
    this.#onEnd = onEnd;
    this.#span = new OpenSpan({ name: spanName, kind: SpanKind.INTERNAL, attributes: [attributes] }, parent, outlet);
    this.#context = trace.setSpan(parent, this.#span.span);
    if (!this.isRecording || !capturesContent(outlet.settings)) return;
    this.#content = {};
    this.#span.tell(() => {
      this.#content = { toolCallArguments: snapshot(argument, outlet.settings.maxContentLength) };
    });
  }

  get isRecording(): boolean {
    return this.#span.isRecording;
  }

  within<T>(work: () => T): T {
    return context.with(this.#context, work);
  }

  onResult(result: unknown): void {
    if (this.#content) this.#content.toolCallResult = result;
    this.#end();
  }

  onError(error: unknown): void {
    this.#span.tell(() => this.#span.fail(describeError(error)));
    this.#end();
  }

  onAbandoned(): void {
    this.#span.tell(() => this.#span.add({ [semconv.ATTR_LLM_ABANDONED]: true }));
    this.#end();
  }

  #end(): void {
    if (this.#span.ended) return;
    this.#span.tell(() => {
      if (this.#content) this.#emit(this.#content);
    });
    this.#span.end();
    this.#onEnd(this);
  }

  #emit(content: Content): void {
    let released: Content | undefined;
    this.#span.tell(() => {
      const info = { span: this.#span.span, operation: EXECUTE_TOOL };
      released = releaseContent(content, info, this.#outlet.settings, (fault) => this.#span.report(fault));
    });
    emitContent(released, this.#span, this.#context, this.#outlet);
  }
}

/** Taken before the function runs, which may change what it was given. */
function snapshot(argument: unknown, maxLength: number): unknown {
  return copyContent(parsedArguments(argument, maxLength));
}
