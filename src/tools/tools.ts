import { currentContext } from '../active-context.js';
import { mayTrace } from '../context.js';
import { attempt } from '../guard.js';
import { AbandonmentTracker } from '../observe/abandonment-tracker.js';
import { watchReturned } from '../observe/returned.js';
import type { TelemetrySink } from '../telemetry/sink.js';
import { type RequestedTool, ToolCall } from './tool-call.js';

/** Traces the tool functions that the SDK runs, for one instrumentation. */
export class Tools {
  readonly #sink: TelemetrySink;
  readonly #abandonments = new AbandonmentTracker();
  readonly #open = new Set<ToolCall>();

  constructor(sink: TelemetrySink) {
    this.#sink = sink;
  }

  /**
   * Runs a tool function with a span, for a caller that awaits the result.
   *
   * @param work calls the function
   * @returns what the caller awaits: the function's result
   */
  run(describe: () => RequestedTool, work: () => unknown): unknown {
    const call = this.attempt(() => this.#start(describe));
    if (!call) return work();
    let returned: unknown;
    try {
      returned = call.within(work);
    } catch (error) {
      call.onError(error);
      throw error;
    }
    return call.isWatched ? watchReturned(returned, call, this.#abandonments) : returned;
  }

  attempt<T>(work: () => T): T | undefined {
    return attempt(this.#sink.diag, work);
  }

  /** Ends the spans of tool functions that are still running. */
  abandon(): void {
    for (const call of this.#open) call.onAbandoned();
  }

  #start(describe: () => RequestedTool): ToolCall | undefined {
    if (!mayTrace(currentContext(), this.#sink.settings)) return undefined;
    const call = new ToolCall(describe(), this.#sink, this.#ended);
    if (call.isWatched) this.#open.add(call);
    return call;
  }

  readonly #ended = (call: ToolCall): void => {
    this.#open.delete(call);
  };
}
