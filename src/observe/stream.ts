import { isObject } from '../read.js';
import type { AbandonmentTracker } from './abandonment-tracker.js';
import { override } from './override.js';
import type { StreamEnd, Watcher } from './watcher.js';

/** What the `Stream` classes of SDK v4 to v7 have in common: iteration, `tee()` and `toReadableStream()` call `iterator()`. */
export interface SdkStream {
  iterator(): AsyncGenerator<unknown, unknown, undefined>;
  readonly controller: AbortController;
}

export function isStream(value: unknown): value is SdkStream {
  return isObject(value) && typeof value.iterator === 'function' && isObject(value.controller);
}

type SdkIterator = ReturnType<SdkStream['iterator']>;

/** Watches a stream in place. It reads nothing itself: it sees a chunk when the application pulls it. */
export function watchStream(stream: SdkStream, watcher: Watcher, abandonments: AbandonmentTracker): void {
  const reading = new Reading(watcher, stream.controller.signal, abandonments);
  const { iterator: open } = stream;
  // A proxy, because a function of another kind would print differently with the stream.
  const iterator = new Proxy(open, {
    apply: (_, self: SdkStream, args) => watchIterator(Reflect.apply(open, self, args), reading),
  });
  override(stream, { iterator });
  watcher.onStream();
  abandonments.follow(stream, reading);
}

function watchIterator(iterator: SdkIterator, reading: Reading): SdkIterator {
  const { next, return: leave, throw: raise } = iterator;
  /** Whether this iterator reads the stream. Unknown until it is first used. */
  let claimed: boolean | undefined;

  // These are methods, so that their names and prototypes look like those of a generator.
  override(iterator, {
    next(value: undefined) {
      claimed ??= reading.claim();
      if (!claimed) return next.call(iterator, value);
      reading.onPull();
      // Return the derived promise: with a handler on the side, an unhandled rejection would count as handled.
      return next.call(iterator, value).then(reading.onPulled, reading.onPullFailed);
    },
    return(value: unknown) {
      claimed ??= reading.claim();
      if (claimed) reading.end('cancelled');
      return leave.call(iterator, value);
    },
    throw(error: unknown) {
      claimed ??= reading.claim();
      if (claimed) reading.end('cancelled');
      return raise.call(iterator, error);
    },
  });
  return iterator;
}

/**
 * The reading of one stream. It must not hold the stream or its iterator: the abort signal can outlive both and holds this
 * object, and then the stream would never be garbage-collected.
 */
class Reading {
  readonly #watcher: Watcher;
  readonly #signal: AbortSignal;
  readonly #abandonments: AbandonmentTracker;
  #claimed = false;
  #pendingPulls = 0;

  constructor(watcher: Watcher, signal: AbortSignal, abandonments: AbandonmentTracker) {
    this.#watcher = watcher;
    this.#signal = signal;
    this.#abandonments = abandonments;
    signal.addEventListener('abort', this, { once: true });
    if (signal.aborted) this.end('aborted');
  }

  /**
   * Returns `true` for the first iterator that is used, and `false` for any other. A stream can be read once: the SDK makes
   * a second iterator throw, which must not end the span of the first.
   */
  claim(): boolean {
    const first = !this.#claimed;
    this.#claimed = true;
    return first;
  }

  onPull(): void {
    this.#pendingPulls++;
  }

  readonly onPulled = (item: IteratorResult<unknown, unknown>): IteratorResult<unknown, unknown> => {
    this.#pendingPulls--;
    // An aborted stream ends like a complete one, without an error (SDK v4 to v7). Only the signal tells them apart.
    if (item.done) this.end(this.#signal.aborted ? 'aborted' : 'completed');
    else this.#watcher.onChunk(item.value);
    return item;
  };

  readonly onPullFailed = (error: unknown): never => {
    this.#pendingPulls--;
    this.end('failed', error);
    throw error;
  };

  onAbandoned(): void {
    this.end('abandoned');
  }

  /**
   * The listener of the abort signal. The SDK aborts its own controller too, to clean up: during a pull, or (SDK v7) just
   * before it returns the iterator. Any other abort comes from the application. An abort during a pull is seen when that
   * pull ends.
   */
  handleEvent(): void {
    if (this.#pendingPulls === 0) queueMicrotask(() => this.end('aborted'));
  }

  /** Every end of a stream comes here. It removes the listener, because the signal can live as long as the process. */
  end(end: StreamEnd, error?: unknown): void {
    this.#signal.removeEventListener('abort', this);
    this.#abandonments.release(this);
    this.#watcher.onStreamEnd(end, error);
  }
}
