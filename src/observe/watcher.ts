import type { AbandonmentListener } from './abandonment-tracker.js';

/** How a stream ended. */
export type StreamEnd =
  /** The application read all of it. */
  | 'completed'
  /** The application left it early: `break`, `return()`, `cancel()`. */
  | 'cancelled'
  /** The application aborted it, through the stream's controller or its own abort signal. */
  | 'aborted'
  /** The server cut it, because the user began to speak. */
  | 'interrupted'
  /** Reading it rejected. */
  | 'failed'
  /** It was garbage-collected before its end. */
  | 'abandoned';

/**
 * Receives the events of one call. Its methods must not throw.
 *
 * The first of `onDone`, `onStreamEnd`, `onError`, `onAbandoned` and `onFault` ends the call. Later events are ignored.
 */
export interface Watcher extends AbandonmentListener {
  /** Runs the SDK's own work in the context of the call. */
  within<T>(work: () => T): T;
  /** The response headers arrived. Called again if the SDK sent the request again and got another response. */
  onResponse(response: unknown): void;
  /** The body arrived and was parsed. */
  onResult(body: unknown): void;
  /** The application has the whole response. */
  onDone(): void;
  /** The body is a stream. */
  onStream(): void;
  /** The application received a chunk of the stream. */
  onChunk(chunk: unknown): void;
  /** @param error why reading failed, with `failed` */
  onStreamEnd(end: StreamEnd, error?: unknown): void;
  /** The call rejected. */
  onError(error: unknown): void;
  /** The application dropped the promise without awaiting it. */
  onAbandoned(): void;
  /** The watching code itself failed. The application does not notice. */
  onFault(fault: unknown): void;
}
