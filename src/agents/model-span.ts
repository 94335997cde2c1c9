import type { Context } from '@opentelemetry/api';
import { PENDING_MODEL_CALL, type PendingModelCall } from '../context-keys.js';
import type { Description } from './describe.js';
import { type AgentsTelemetrySink, type Ending, RunSpan } from './run-span.js';
import type { Place } from './storage.js';

/**
 * A model call as the Agents SDK tells of it. Most go through `openai`, whose instrumentation makes the span. One that
 * does not gets its span here: as soon as something is done inside it, at its end at the latest.
 */
export class ModelSpan implements PendingModelCall {
  readonly #operation: string;
  readonly #above: RunSpan | undefined;
  readonly #describe: () => Description | undefined;
  readonly #parent: Context;
  readonly #sink: AgentsTelemetrySink;
  readonly #startTime: number;
  #covered = false;
  #tried = false;
  #made: RunSpan | undefined;
  readonly #untilMade: Place = { within: (base) => this.#outside(base).setValue(PENDING_MODEL_CALL, this) };
  readonly #onceMade: Place = {
    within: (base) => (this.#made?.within(base) ?? this.#outside(base)).setValue(PENDING_MODEL_CALL, this),
  };

  /** @param parent an ordinary context */
  constructor(
    operation: string,
    describe: () => Description | undefined,
    parent: Context,
    above: RunSpan | undefined,
    sink: AgentsTelemetrySink,
    startTime = Date.now(),
  ) {
    this.#operation = operation;
    this.#describe = describe;
    this.#parent = parent;
    this.#above = above;
    this.#sink = sink;
    this.#startTime = startTime;
  }

  cover(operation: string): void {
    if (operation === this.#operation) this.#covered = true;
  }

  /** The span that something done in the call is in: that shows that no other instrumentation has made one. */
  get span(): RunSpan | undefined {
    if (!this.#covered) this.#make();
    return this.#made ?? this.#above;
  }

  /** Where the work of the call is done, for one who asks for this key. Who asks for the call itself may yet cover it. */
  placeFor(key: symbol | undefined): Place | undefined {
    if (key === PENDING_MODEL_CALL) return this.#made ? this.#onceMade : this.#untilMade;
    const { span } = this;
    return span === this.#made ? this.#onceMade : span;
  }

  /** A span that was made before the call turned out to have another one ends without counting its tokens again. */
  end(ending: Ending): void {
    if (!this.#covered) this.#make();
    this.#made?.end(this.#covered ? { attributes: ending.attributes } : ending);
  }

  #make(): void {
    if (this.#tried) return;
    this.#tried = true;
    const description = this.#describe();
    if (!description) return;
    this.#made = new RunSpan(description, this.#parent, this.#above, this.#sink, this.#startTime);
  }

  #outside(base: Context): Context {
    return this.#above?.within(base) ?? base;
  }
}
