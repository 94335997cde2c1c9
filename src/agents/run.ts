import type { Attributes, Context } from '@opentelemetry/api';
import type { Fields } from '../read.js';
import type { FailureDescriber } from '../telemetry/errors.js';
import type { ModelCall } from './model-call.js';
import type { RunSpan } from './run-span.js';

/** Ends runs and steps whose end will not be observed. */
export interface EndOfAbandoned {
  abandon(target: Run | Step): void;
}

/** A trace of the Agents SDK, or the part of it that goes on when an interrupted run is resumed. */
export class Run {
  /** Whether the SDK's current span can be followed (agents-core 0.3.8 and later). */
  nests: boolean;
  /** The span `invoke_workflow`, if one was created. */
  span: RunSpan | undefined;
  /** The context of the run, outside of its steps. */
  context: Context;
  /** Steps that have not ended. They can outlive the run. */
  readonly open = new Set<Step>();
  /** The result of a streamed run. The SDK returns it while the run goes on. */
  streamed: WeakRef<object> | undefined;
  /** Whether the streamed run has failed. */
  failed = false;
  /** The trace id, if the trace was started by hand and not by `withTrace`. */
  detachedId: string | undefined;
  over = false;
  faulty = false;
  readonly #owner: EndOfAbandoned;

  constructor(parent: Context, nests: boolean, owner: EndOfAbandoned) {
    this.context = parent;
    this.nests = nests;
    this.#owner = owner;
  }

  onAbandoned(): void {
    this.#owner.abandon(this);
  }
}

/** What is recorded when a run ends. */
export interface RunEnd {
  readonly fail?: () => FailureDescriber | undefined;
  readonly attributes?: Attributes;
  /** The value that the run's function returned. */
  readonly result?: unknown;
}

/** Whether the function of a scope has ended. An open step holds this object and not the scope, which would keep the SDK's store alive. */
export interface Work {
  done: boolean;
}

/** A span of the Agents SDK, and the OpenTelemetry span created for it. */
export class Step {
  readonly run: Run;
  /** The work of the scope in which the step was started. */
  readonly work: Work;
  /** `undefined` if the SDK's span gets no OpenTelemetry span. */
  readonly span: RunSpan | ModelCall | undefined;
  /** The context inside the step. Work that goes on after the end of the step stays in it. */
  readonly context: Context;
  /** The SDK's span. Its data holds conversations: a step must not keep it in memory. */
  readonly source: WeakRef<Fields>;
  readonly #owner: EndOfAbandoned;

  constructor(
    run: Run,
    work: Work,
    span: RunSpan | ModelCall | undefined,
    context: Context,
    source: Fields,
    owner: EndOfAbandoned,
  ) {
    this.run = run;
    this.work = work;
    this.span = span;
    this.context = context;
    this.source = new WeakRef(source);
    this.#owner = owner;
  }

  onAbandoned(): void {
    this.#owner.abandon(this);
  }
}
