import { type Attributes, type Context, type Span, trace } from '@opentelemetry/api';
import { PENDING_MODEL_CALL, type PendingModelCall } from '../context-keys.js';
import { attempt } from '../guard.js';
import { merge } from '../known.js';
import { type Fields, fieldsOf } from '../read.js';
import * as semconv from '../semconv.js';
import { type Description, describeModelResponse, describeSpan } from './describe.js';
import { LazyContext } from './lazy-context.js';
import { type AgentsTelemetrySink, RunSpan, runSpanOf, type SpanEnd } from './run-span.js';

type ResponseListener = (response: Attributes) => void;

/**
 * A model call of a run. Most calls go through `openai`, whose instrumentation creates the span ("covers" the call). If nothing
 * covers the call, its span is created here: when another span starts inside it, or when it ends.
 */
export class ModelCall implements PendingModelCall {
  /** The context in which the call runs. */
  readonly context: Context = new ModelCallContext(this);
  readonly #operation: string;
  #request: () => Attributes = () => ({});
  /** Dropped when the call ends, because it holds conversations. */
  #data: Fields | undefined;
  readonly #parent: Context;
  readonly #sink: AgentsTelemetrySink;
  readonly #startTime: number;
  #covers = 0;
  #tried = false;
  #ended = false;
  #own: RunSpan | undefined;
  #listeners: ResponseListener[] = [];

  /**
   * @param operation `gen_ai.operation.name`
   * @param data the SDK's data of the call, to which it adds until the call ends
   * @param parent an ordinary context
   * @param startTime milliseconds since 1970
   */
  constructor(operation: string, data: Fields, parent: Context, sink: AgentsTelemetrySink, startTime = Date.now()) {
    this.#operation = operation;
    this.#data = data;
    this.#parent = parent;
    this.#sink = sink;
    this.#startTime = startTime;
  }

  /** The innermost span of the run around the call. */
  get above(): RunSpan | undefined {
    return runSpanOf(this.#parent);
  }

  cover(operation: string): boolean {
    if (operation !== this.#operation) return false;
    this.#covers++;
    return true;
  }

  onResponse(listener: ResponseListener): void {
    if (this.#ended) listener({});
    else this.#listeners.push(listener);
  }

  takeSpan(from: Context): Span | undefined {
    const own = this.#own;
    if (!own || trace.getSpan(from) !== trace.getSpan(own.context)) return undefined;
    this.#own = undefined;
    return own.handOver();
  }

  /** @param describe returns attributes of the request that are missing in the SDK's data */
  setRequest(describe: () => Attributes): void {
    this.#request = describe;
  }

  /** An ordinary context inside the call. If it is read, something other than `openai` works there, so the call gets its span. */
  get inside(): Context {
    if (this.#covers === 0) this.#create();
    return (this.#own?.context ?? this.#parent).setValue(PENDING_MODEL_CALL, this);
  }

  end(end: SpanEnd): void {
    if (this.#ended) return;
    if (this.#covers === 0) this.#create();
    this.#ended = true;
    this.#notifyListeners();
    // If `openai` was called after this span was created, the span of `openai` has the data, so that tokens are counted once.
    const { attributes } = end;
    this.#own?.end(this.#covers > 0 ? { attributes } : { ...end, describe: () => this.#describe() });
    this.#data = undefined;
  }

  /** The data has one response. After several calls it is unknown to which of them it belongs, so none gets it. */
  #notifyListeners(): void {
    const listeners = this.#listeners;
    this.#listeners = [];
    if (listeners.length === 0) return;
    const describe = () => (this.#covers === 1 ? describeModelResponse(fieldsOf(this.#data)) : {});
    const response = attempt(this.#sink.diag, describe) ?? {};
    for (const listener of listeners) listener(response);
  }

  #describe(): Description | undefined {
    const description = describeSpan(fieldsOf(this.#data));
    const request = this.#request();
    const model = request[semconv.ATTR_GEN_AI_REQUEST_MODEL];
    return (
      description && {
        ...description,
        name: model === undefined ? description.name : `${this.#operation} ${model}`,
        attributes: merge(request, description.attributes),
      }
    );
  }

  #create(): void {
    if (this.#tried || this.#ended) return;
    this.#tried = true;
    // Must not throw: it can run while the application reads a context.
    attempt(this.#sink.diag, () => {
      const description = this.#describe();
      if (description) this.#own = new RunSpan(description, this.#parent, this.#sink, this.#startTime);
    });
  }
}

class ModelCallContext extends LazyContext {
  private readonly _call: ModelCall;

  constructor(call: ModelCall) {
    super();
    this._call = call;
  }

  override resolve(): Context {
    return this._call.inside;
  }

  /** A reader of this key is about to cover the call, so no span is created. */
  override getValue(key: symbol): unknown {
    return key === PENDING_MODEL_CALL ? this._call : super.getValue(key);
  }
}
