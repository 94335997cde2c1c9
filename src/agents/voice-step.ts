import { type Context, createContextKey } from '@opentelemetry/api';
import { mayTrace } from '../context.js';
import { type Fields, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { FailureDescriber } from '../telemetry/errors.js';
import { contentOf, type Description, describeSpan } from './describe.js';
import { failureOfOutput } from './errors.js';
import { LazyContext, ordinary } from './lazy-context.js';
import { type AgentsTelemetrySink, RunSpan, type SpanEnd } from './run-span.js';

/** Holds the `VoiceStep` that the Agents SDK is working for. */
const VOICE_STEP = createContextKey('opentelemetry-instrumentation-openai voice step');

/** Follows the steps whose spans are open. */
export interface StepOwner {
  onStart(step: VoiceStep): void;
  onEnd(step: VoiceStep): void;
}

/**
 * A tool, a hand-off or a guardrail of a voice session. The session begins to handle a function call of the model before the
 * span of the tool starts: the tool may wait for an approval, or never run.
 */
export class VoiceStep {
  /** The transport of the session. */
  readonly transport: unknown;
  /** The ordinary context that the session handles the step in. */
  readonly base: Context;
  /** The context of what the session does for the step: inside the span, from its start on. */
  readonly context: Context = new VoiceStepContext(this);
  readonly #owner: StepOwner;
  readonly #sink: AgentsTelemetrySink;
  #span: RunSpan | undefined;
  /** In the form of the data of the Agents SDK's own spans, until the end: it has the arguments of a tool. */
  #data: Fields = {};

  constructor(transport: unknown, from: Context, owner: StepOwner, sink: AgentsTelemetrySink) {
    this.transport = transport;
    this.base = ordinary(from);
    this.#owner = owner;
    this.#sink = sink;
  }

  /** The step that the context is in. */
  static in(context: Context): VoiceStep | undefined {
    const step = context.getValue(VOICE_STEP);
    return step instanceof VoiceStep ? step : undefined;
  }

  get current(): Context {
    return this.#span?.context ?? this.base;
  }

  /** @param data in the form of the data of the Agents SDK's own spans */
  start(data: Fields, agent: string | undefined, callId?: unknown): void {
    const description = this.#span ? undefined : describeSpan(data);
    if (!description || !mayTrace(this.base, this.#sink.settings)) return;
    this.#span = new RunSpan(ofAgent(description, agent, callId), this.base, this.#sink);
    this.#data = data;
    this.#owner.onStart(this);
  }

  /** @param output what the model is told */
  onDone(output?: unknown): void {
    const data = { ...this.#data, output };
    this.#end(data, { fail: () => failureOfOutput(data) });
  }

  onError(failure: FailureDescriber): void {
    this.#end(this.#data, { fail: () => failure });
  }

  onAbandoned(): void {
    this.#end(this.#data, { attributes: { [semconv.ATTR_LLM_ABANDONED]: true } });
  }

  #end(data: Fields, how: Pick<SpanEnd, 'fail' | 'attributes'>): void {
    this.#owner.onEnd(this);
    this.#data = {};
    this.#span?.end({ ...how, content: () => contentOf(data), hookArgument: () => data });
  }
}

class VoiceStepContext extends LazyContext {
  private readonly _step: VoiceStep;

  constructor(step: VoiceStep) {
    super();
    this._step = step;
  }

  override resolve(): Context {
    return this._step.current;
  }

  override getValue(key: symbol): unknown {
    return key === VOICE_STEP ? this._step : super.getValue(key);
  }
}

function ofAgent(description: Description, agent: string | undefined, callId: unknown): Description {
  const inherited = { ...description.inherited, [semconv.ATTR_GEN_AI_AGENT_NAME]: agent };
  const attributes = { ...description.attributes, ...inherited, [semconv.ATTR_GEN_AI_TOOL_CALL_ID]: text(callId) };
  return { ...description, attributes, inherited };
}
