import { SpanKind } from '@opentelemetry/api';
import { currentContext, runIn } from '../active-context.js';
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
  readonly #startTime = performance.now();
  /** Defined if content is captured. */
  #content: Content | undefined;

  constructor(
    { name, callId, description, argument }: RequestedTool,
    sink: TelemetrySink,
    onEnd: (call: ToolCall) => void,
  ) {
    const parent = currentContext();
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
    if (!this.#span.isRecording || !capturesContent(sink.settings)) return;
    this.#content = {};
    this.#span.update(() => {
      this.#content = known({
        toolDescription: description,
        toolCallArguments: snapshot(argument, sink.settings.maxContentLength),
      });
    });
  }

  /** Whether anything will be recorded when the call ends. */
  get isWatched(): boolean {
    return this.#span.isRecording || this.#sink.metrics.enabled;
  }

  within<T>(work: () => T): T {
    return runIn(this.#span.context, work);
  }

  onResult(result: unknown): void {
    if (this.#content) this.#content.toolCallResult = result;
    this.#end({ measured: true });
  }

  onError(error: unknown): void {
    // The SDK tells the model what the error says.
    this.#span.fail((filter) => describeError(error, 'content', filter));
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
      if (this.#content) recordContent(this.#content, EXECUTE_TOOL, this.#span, this.#span.context, this.#sink);
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

/** Copies the argument before the function runs, because the function can change it. */
function snapshot(argument: unknown, maxLength: number): unknown {
  return copyContent(parsedArguments(argument, maxLength));
}
