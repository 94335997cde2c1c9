/** How a stream came to its end. */
export type StreamEnd = 'completed' | 'cancelled' | 'aborted';

/**
 * Is told what happens to one call, moment by moment. None of its functions may throw.
 *
 * The first of `onDone`, `onStreamEnd`, `onError`, `onAbandoned` and `onFault` ends the call; what is told after that is void.
 */
export interface Watcher {
  /** Runs the SDK's own work on behalf of the call. */
  within<T>(work: () => T): T;
  /** The HTTP response arrived; told again if the SDK replaced it with that of a retry. */
  onResponse(response: unknown): void;
  /** The body arrived and was parsed. */
  onResult(body: unknown): void;
  /** The application has the whole answer. */
  onDone(): void;
  /** The body is a stream. */
  onStream(): void;
  /** A chunk passes by. */
  onChunk(chunk: unknown): void;
  onStreamEnd(end: StreamEnd): void;
  onError(error: unknown): void;
  /** The application dropped the promise or the stream without reading it to an end. */
  onAbandoned(): void;
  /** Watching itself went wrong, which the application must not notice. */
  onFault(fault: unknown): void;
}
