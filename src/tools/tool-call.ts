import { context, SpanKind } from '@opentelemetry/api';
import { capturesContent } from '../config.js';
import { known } from '../known.js';
import type { Content } from '../operations/content.js';
import * as semconv from '../semconv.js';
import { recordContent } from '../telemetry/content-recording.js';
import { describeError } from '../telemetry/errors.js';
import { copyContent, parsedArguments } from '../telemetry/limit.js';
import { OpenSpan } from '../telemetry/open-span.js';
import type { TelemetrySink } from '../telemetry/sink.js';

const EXECUTE_TOOL = 'execute_tool';

/** A tool function that is about to run because the model requested it. */
export interface RequestedTool {
  readonly name: string | undefined;
  readonly callId: string | undefined;
  readonly description?: string | undefined;
  /** The function's argument: JSON text, or the object parsed from it. */
  readonly argument: unknown;
}

/** One run of a tool function: from its call until the returned promise settles. */
export class ToolCall {
  readonly #sink: TelemetrySink;
  readonly #onEnd: (call: ToolCall) => void;
  readonly #span: OpenSpan;
  /** Defined if content is captured. */
  #content: Content | undefined;

  constructor(
    { name, callId, description, argument }: RequestedTool,
    sink: TelemetrySink,
    onEnd: (call: ToolCall) => void,
  ) {
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
    this.#span = new OpenSpan({ name: spanName, kind: SpanKind.INTERNAL, attributes: [attributes] }, parent, sink);
    if (!this.isRecording || !capturesContent(sink.settings)) return;
    this.#content = {};
    this.#span.update(() => {
      this.#content = known({
        toolDescription: description,
        toolCallArguments: snapshot(argument, sink.settings.maxContentLength),
      });
    });
  }

  get isRecording(): boolean {
    return this.#span.isRecording;
  }

  within<T>(work: () => T): T {
    return context.with(this.#span.context, work);
  }

  onResult(result: unknown): void {
    if (this.#content) this.#content.toolCallResult = result;
    this.#end();
  }

  onError(error: unknown): void {
    this.#span.update(() => this.#span.fail(describeError(error)));
    this.#end();
  }

  onAbandoned(): void {
    this.#span.update(() => this.#span.addAttributes({ [semconv.ATTR_LLM_ABANDONED]: true }));
    this.#end();
  }

  #end(): void {
    if (this.#span.ended) return;
    this.#span.update(() => {
      if (this.#content) recordContent(this.#content, EXECUTE_TOOL, this.#span, this.#span.context, this.#sink);
    });
    this.#span.end();
    this.#onEnd(this);
  }
}

/** Copies the argument before the function runs, because the function can change it. */
function snapshot(argument: unknown, maxLength: number): unknown {
  return copyContent(parsedArguments(argument, maxLength));
}
