import type { Attributes } from '@opentelemetry/api';
import { currentContext, runIn } from '../active-context.js';
import { CURRENT_CALL } from '../context-keys.js';
import type { StreamEnd, Watcher } from '../observe/watcher.js';
import type { TelemetrySink } from '../telemetry/sink.js';
import type { BackgroundUsage } from './background-usage.js';
import { Call, type CallStart } from './call.js';

/**
 * The reference to a call that promises, streams and async contexts hold. They can outlive the call by hours: an application keeps a
 * finished stream, a keep-alive socket keeps the context in which it was opened. So this object drops the call when it ends. Later
 * events do nothing.
 */
export class CallHandle implements Watcher {
  registration: Watcher['registration'];
  #call: Call | undefined;

  /** @param onEnd called once, with this handle; has to release it */
  constructor(
    start: CallStart,
    sink: TelemetrySink,
    backgroundUsage: BackgroundUsage,
    onEnd: (handle: CallHandle) => void,
  ) {
    this.#call = new Call(start, sink, backgroundUsage, this, onEnd);
  }

  /** The call whose context is active. */
  static current(): CallHandle | undefined {
    const handle = currentContext().getValue(CURRENT_CALL);
    return handle instanceof CallHandle ? handle : undefined;
  }

  /** Whether the rest of the call has to be watched, for its span or for metrics. */
  get isWatched(): boolean {
    return this.#call?.isWatched ?? false;
  }

  /** Seconds since the call began, while it is open. */
  get age(): number | undefined {
    return this.#call?.age;
  }

  /** Whether the method of the call polls, while it is open. */
  get isPolling(): boolean {
    return this.#call?.isPolling ?? false;
  }

  /** Drops a call that has ended or that is not watched. */
  release(): void {
    this.#call = undefined;
  }

  within<T>(work: () => T): T {
    return this.#call ? runIn(this.#call.context, work) : work();
  }

  addAttributes(attributes: Attributes): void {
    this.#call?.addAttributes(attributes);
  }

  onRetry(): void {
    this.#call?.onRetry();
  }

  onPoll(): void {
    this.#call?.onPoll();
  }

  onBodyFailed(error: unknown): void {
    this.#call?.onBodyFailed(error);
  }

  onThrown(error: unknown): void {
    this.#call?.onThrown(error);
  }

  onResponse(response: unknown): void {
    this.#call?.onResponse(response);
  }

  onResult(body: unknown): void {
    this.#call?.onResult(body);
  }

  onDone(): void {
    this.#call?.onDone();
  }

  onStream(): void {
    this.#call?.onStream();
  }

  onChunk(chunk: unknown): void {
    this.#call?.onChunk(chunk);
  }

  onStreamEnd(end: StreamEnd, error?: unknown): void {
    this.#call?.onStreamEnd(end, error);
  }

  onError(error: unknown): void {
    this.#call?.onError(error);
  }

  onAbandoned(): void {
    this.#call?.onAbandoned();
  }

  onFault(fault: unknown): void {
    this.#call?.onFault(fault);
  }
}
