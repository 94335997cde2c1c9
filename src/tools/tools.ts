import { context } from '@opentelemetry/api';
import { mayTrace } from '../context.js';
import { attempt } from '../guard.js';
import { AbandonmentTracker } from '../observe/abandonment-tracker.js';
import { watchReturned } from '../observe/returned.js';
import type { TelemetrySink } from '../telemetry/sink.js';
import { type RequestedTool, ToolCall } from './tool-call.js';

/** The tool functions that the SDK runs under one instrumentation. */
export class Tools {
  readonly #sink: TelemetrySink;
  readonly #abandonments = new AbandonmentTracker();
  readonly #open = new Set<ToolCall>();

  constructor(sink: TelemetrySink) {
    this.#sink = sink;
  }

  /**
   * Runs a tool function for a caller who awaits it, and makes a span of it.
   *
   * @param work calls the function
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

  /** Ends the spans of tools that are still running. */
  abandon(): void {
    for (const call of this.#open) call.onAbandoned();
  }

  #start(describe: () => RequestedTool): ToolCall | undefined {
    if (!mayTrace(context.active(), this.#sink.settings)) return undefined;
    const call = new ToolCall(describe(), this.#sink, this.#ended);
    if (call.isWatched) this.#open.add(call);
    return call;
  }

  readonly #ended = (call: ToolCall): void => {
    this.#open.delete(call);
  };
}
