import { isObject } from '../read.js';
import type { Collected } from './abandonment-tracker.js';
import { override } from './override.js';
import type { StreamEnd, Watcher } from './watcher.js';

/** What SDK v4 to v7 have in common in `Stream`: iteration, `tee()` and `toReadableStream()` all begin in `iterator()`. */
export interface SdkStream {
  iterator(): AsyncGenerator<unknown, unknown, undefined>;
  readonly controller: AbortController;
}

export function isStream(value: unknown): value is SdkStream {
  return isObject(value) && typeof value.iterator === 'function' && isObject(value.controller);
}

type SdkIterator = ReturnType<SdkStream['iterator']>;

/** Watches a stream in place. It reads nothing by itself: items are seen when, and as, the application pulls them. */
export function watchStream(stream: SdkStream, watcher: Watcher, collected: Collected): void {
  const reading = new Reading(watcher, stream.controller.signal, collected);
  const { iterator: open } = stream;
  override(stream, {
    iterator(this: SdkStream) {
      return watchIterator(open.call(this), reading);
    },
  });
  watcher.onStream();
  collected.follow(stream, watcher);
}

function watchIterator(iterator: SdkIterator, reading: Reading): SdkIterator {
  const { next, return: leave, throw: raise } = iterator;
  /** Whether this is the reading, once it is known. */
  let claimed: boolean | undefined;

  // Written as methods, so that their names and shapes are those of a generator's.
  override(iterator, {
    next(value: undefined) {
      claimed ??= reading.claim();
      if (!claimed) return next.call(iterator, value);
      reading.pulling();
      // Chained rather than watched on the side: a failure that nobody handles must stay unhandled.
      return next.call(iterator, value).then(reading.pulled, reading.failed);
    },
    return(value: unknown) {
      claimed ??= reading.claim();
      if (claimed) reading.left();
      return leave.call(iterator, value);
    },
    throw(error: unknown) {
      claimed ??= reading.claim();
      if (claimed) reading.left();
      return raise.call(iterator, error);
    },
  });
  return iterator;
}

/**
 * The one reading of a stream. Holds neither the stream nor its iterator: the abort signal, which may outlive both,
 * holds this, and the garbage collection of the stream has to be seen.
 */
class Reading {
  readonly #watcher: Watcher;
  readonly #signal: AbortSignal;
  readonly #collected: Collected;
  #claimed = false;
  #pulls = 0;

  constructor(watcher: Watcher, signal: AbortSignal, collected: Collected) {
    this.#watcher = watcher;
    this.#signal = signal;
    this.#collected = collected;
    signal.addEventListener('abort', this, { once: true });
    if (signal.aborted) this.#end('aborted');
  }

  /**
   * Says once, to the first iterator that is used, that it is the reading. A stream can be read only once: the SDK
   * refuses any other iterator, which is no concern of the first.
   */
  claim(): boolean {
    const first = !this.#claimed;
    this.#claimed = true;
    return first;
  }

  pulling(): void {
    this.#pulls++;
  }

  readonly pulled = (item: IteratorResult<unknown, unknown>): IteratorResult<unknown, unknown> => {
    this.#pulls--;
    // An aborted stream ends without an error, like a complete one (SDK v4 to v7): the signal tells them apart.
    if (item.done) this.#end(this.#signal.aborted ? 'aborted' : 'completed');
    else this.#watcher.onChunk(item.value);
    return item;
  };

  readonly failed = (error: unknown): never => {
    this.#pulls--;
    this.#settle();
    this.#watcher.onError(error);
    throw error;
  };

  left(): void {
    this.#end('cancelled');
  }

  /**
   * The signal's listener. The SDK aborts its own controller too, to clean up: from within a pull, or (SDK v7) just before
   * it leaves the iterator. An abort at any other moment is the application's; one during a pull shows when that pull ends.
   */
  handleEvent(): void {
    if (this.#pulls === 0) queueMicrotask(() => this.#end('aborted'));
  }

  #end(end: StreamEnd): void {
    this.#settle();
    this.#watcher.onStreamEnd(end);
  }

  /** The signal can hang on one of the application's that lives as long as the process. */
  #settle(): void {
    this.#signal.removeEventListener('abort', this);
    this.#collected.release(this.#watcher);
  }
}
