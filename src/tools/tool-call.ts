import { type Context, context, SpanKind, trace } from '@opentelemetry/api';
import { capturesContent } from '../config.js';
import type { Content } from '../operations/content.js';
import * as semconv from '../semconv.js';
import { recordContent } from '../telemetry/content-recording.js';
import { describeError } from '../telemetry/errors.js';
import { copyContent, parsedArguments } from '../telemetry/limit.js';
import { OpenSpan } from '../telemetry/open-span.js';
import type { TelemetrySink } from '../telemetry/sink.js';

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
  readonly #sink: TelemetrySink;
  readonly #onEnd: (call: ToolCall) => void;
  readonly #span: OpenSpan;
  readonly #context: Context;
  readonly #startTime = performance.now();
  /** Set if content is captured. */
  #content: Content | undefined;

  constructor({ name, callId, argument }: RequestedTool, sink: TelemetrySink, onEnd: (call: ToolCall) => void) {
    const parent = context.active();
    const attributes = {
      [semconv.ATTR_GEN_AI_OPERATION_NAME]: EXECUTE_TOOL,
      [semconv.ATTR_GEN_AI_TOOL_TYPE]: 'function',
      [semconv.ATTR_GEN_AI_TOOL_NAME]: name,
      [semconv.ATTR_GEN_AI_TOOL_CALL_ID]: callId,
    };
    const spanName = name === undefined ? EXECUTE_TOOL : `${EXECUTE_TOOL} ${name}`;
    this.#sink = sink;
    this.#onEnd = onEnd;
    const measured = sink.metrics.enabled;
    const start = { name: spanName, kind: SpanKind.INTERNAL, attributes: [attributes], measured };
    this.#span = new OpenSpan(start, parent, sink);
    this.#context = trace.setSpan(parent, this.#span.span);
    if (!this.#span.isRecording || !capturesContent(sink.settings)) return;
    this.#content = {};
    this.#span.update(() => {
      this.#content = { toolCallArguments: snapshot(argument, sink.settings.maxContentLength) };
    });
  }

  /** Whether anything will be recorded when the call ends. */
  get isWatched(): boolean {
    return this.#span.isRecording || this.#sink.metrics.enabled;
  }

  within<T>(work: () => T): T {
    return context.with(this.#context, work);
  }

  onResult(result: unknown): void {
    if (this.#content) this.#content.toolCallResult = result;
    this.#end({ measured: true });
  }

  onError(error: unknown): void {
    this.#span.update(() => this.#span.fail(describeError(error)));
    this.#end({ measured: true });
  }

  onAbandoned(): void {
    this.#span.update(() => this.#span.addAttributes({ [semconv.ATTR_LLM_ABANDONED]: true }));
    this.#end({ measured: false });
  }

  /** @param measured whether the duration is known */
  #end({ measured }: { measured: boolean }): void {
    if (this.#span.ended) return;
    this.#span.update(() => {
      if (this.#content) recordContent(this.#content, EXECUTE_TOOL, this.#span, this.#context, this.#sink);
    });
    this.#span.update(() => {
      const { metrics } = this.#sink;
      const attributes = measured && metrics.enabled ? this.#span.attributes : undefined;
      if (attributes) metrics.recordInternal((performance.now() - this.#startTime) / 1000, attributes);
    });
    this.#span.end();
    this.#onEnd(this);
  }
}

/** Taken before the function runs, which may change what it was given. */
function snapshot(argument: unknown, maxLength: number): unknown {
  return copyContent(parsedArguments(argument, maxLength));
}
