import type { Fields } from '../read.js';
import type { ModelSpan } from './model-span.js';
import type { RunSpan } from './run-span.js';

/** A span of the Agents SDK's: the span made of it, if one is, and the one it is in. */
export interface Entry {
  readonly run: Run;
  readonly source: Fields;
  readonly above: RunSpan | undefined;
  own: RunSpan | ModelSpan | undefined;
}

/**
 * A trace of the Agents SDK's under way, or that part of one which goes on when an interrupted run is resumed. It must not
 * hold on to the SDK's own object, whose disappearance may be its end.
 */
export class Run {
  readonly traceId: string;
  readonly nests: boolean;
  /** By the SDK's span ids. */
  readonly entries = new Map<string, Entry>();
  root: RunSpan | undefined;
  /** The result of a streamed run, which goes on after that is there. */
  outcome: WeakRef<object> | undefined;
  over = false;
  faulty = false;
  readonly #onAbandoned: (run: Run) => void;

  constructor(traceId: string, nests: boolean, onAbandoned: (run: Run) => void) {
    this.traceId = traceId;
    this.nests = nests;
    this.#onAbandoned = onAbandoned;
  }

  onAbandoned(): void {
    this.#onAbandoned(this);
  }
}
