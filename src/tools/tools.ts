import { context } from '@opentelemetry/api';
import { Collected } from '../observe/abandonment-tracker.js';
import { watchReturned } from '../observe/returned.js';
import { attempt } from '../telemetry/attempt.js';
import type { Outlet } from '../telemetry/sink.js';
import { mayTrace } from '../telemetry/suppression.js';
import { type RequestedTool, ToolCall } from './tool-call.js';

/** The tool functions that the SDK runs under one instrumentation. */
export class Tools {
  readonly #outlet: Outlet;
  readonly #collected = new Collected();
  readonly #open = new Set<ToolCall>();

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
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
    return call.isRecording ? watchReturned(returned, call, this.#collected) : returned;
  }

  attempt<T>(work: () => T): T | undefined {
    return attempt(this.#outlet.diag, work);
  }

  /** Ends the spans of tools that are still running. */
  abandon(): void {
    for (const call of this.#open) call.onAbandoned();
  }

  #start(describe: () => RequestedTool): ToolCall | undefined {
    if (!mayTrace(context.active(), this.#outlet.settings)) return undefined;
    const call = new ToolCall(describe(), this.#outlet, this.#ended);
    if (call.isRecording) this.#open.add(call);
    return call;
  }

  readonly #ended = (call: ToolCall): void => {
    this.#open.delete(call);
  };
}
