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
  readonly nests: boolean;
  /** The span `invoke_workflow`, if one is made. */
  span: RunSpan | undefined;
  /** The context of what is done in the run, outside of its steps. */
  context: Context;
  /** Steps that have not ended. They can outlive the run. */
  readonly open = new Set<Step>();
  /** The result of a streamed run, which goes on after it was returned. */
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

/** Why and how a run ends. */
export interface RunEnd {
  readonly fail?: () => FailureDescriber | undefined;
  readonly attributes?: Attributes;
  /** The value that the run's function returned. */
  readonly result?: unknown;
}

/** The work of a scope. It is kept apart from the scope, so that an open step keeps no store of the SDK alive. */
export interface Work {
  done: boolean;
}

/** A span of the Agents SDK, and what was made of it. */
export class Step {
  readonly run: Run;
  /** The work of the scope that the step was started in. */
  readonly work: Work;
  /** `undefined` if the SDK's span makes no OpenTelemetry span. */
  readonly span: RunSpan | ModelCall | undefined;
  /** The context of what is done inside the step, also after its end. */
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
