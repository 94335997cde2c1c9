import { isObject } from '../read.js';
import type { AbandonmentTracker } from './abandonment-tracker.js';
import { ReturnArgument } from './attached.js';
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
type Item = IteratorResult<unknown, unknown>;

interface PullHandlers {
  pulled(item: Item): Item;
  failed(error: unknown): never;
}

/** Watches a stream in place. It reads nothing itself: it sees a chunk when the application pulls it. */
export function watchStream(stream: SdkStream, watcher: Watcher, abandonments: AbandonmentTracker): void {
  const reading = new Reading(watcher, stream.controller.signal, abandonments);
  // A proxy, because a function of another kind would print differently with the stream.
  override(stream, { iterator: new Proxy(stream.iterator, reading) });
  watcher.onStream();
  abandonments.follow(stream, reading);
}

function watchIterator(iterator: SdkIterator, reading: Reading): void {
  if (Claim.isOn(iterator)) return;
  new Claim(iterator, reading);
  const { next, return: leave, throw: raise } = iterator;
  override(iterator, { next: wrapNext(next), return: wrapLeave(leave), throw: wrapLeave(raise) });
}

/** What an iterator has to do with the reading of its stream: private fields of the iterator. */
class Claim extends ReturnArgument {
  readonly #reading: Reading;
  #reads: boolean | undefined;

  constructor(iterator: object, reading: Reading) {
    super(iterator);
    this.#reading = reading;
  }

  static isOn(iterator: object): boolean {
    return #reading in iterator;
  }

  /** The reading under way, if this iterator does it. Which one does is decided when it is first used. */
  static of(iterator: object): Reading | undefined {
    if (!(#reading in iterator)) return undefined;
    iterator.#reads ??= iterator.#reading.claim();
    return iterator.#reads && iterator.#reading.isOpen ? iterator.#reading : undefined;
  }
}

// These are methods, so that their names and prototypes look like those of a generator.
const wrapNext = shared<SdkIterator['next']>((next) => {
  const wrapper = {
    next(this: SdkIterator, value: undefined) {
      const reading = Claim.of(this);
      if (!reading) return next.call(this, value);
      reading.onPull();
      // Return the derived promise: with a handler on the side, an unhandled rejection would count as handled.
      return reading.follow(next.call(this, value));
    },
  };
  return wrapper.next;
});

/** For `return` and `throw`. */
const wrapLeave = shared<SdkIterator['return']>((leave) => {
  const wrapper = {
    leave(this: SdkIterator, value: unknown) {
      Claim.of(this)?.end('cancelled');
      return leave.call(this, value);
    },
  };
  return wrapper.leave;
});

/**
 * Wraps each method once, so that all generators share three wrappers. When the application leaves a stream, the SDK aborts
 * its controller, and the stack of the abort reason keeps the functions of its frames alive.
 */
function shared<M extends object>(wrap: (method: M) => M): (method: M) => M {
  const wrappers = new WeakMap<M, M>();
  return (method) => {
    let wrapper = wrappers.get(method);
    if (!wrapper && method) {
      wrapper = wrap(method);
      wrappers.set(method, wrapper);
    }
    return wrapper ?? method;
  };
}

/**
 * The reading of one stream, and the handler of the proxy that opens its iterators. It must not hold the stream or its
 * iterator: the abort signal can outlive both and holds this object, and then the stream would never be garbage-collected. The
 * stream can outlive the reading: after its end the reading holds as little as possible.
 */
class Reading implements ProxyHandler<SdkStream['iterator']> {
  registration: Watcher['registration'];
  /** Defined until the end. */
  #watcher: Watcher | undefined;
  readonly #signal: AbortSignal;
  readonly #abandonments: AbandonmentTracker;
  #claimed = false;
  #pendingPulls = 0;
  #handlers: PullHandlers | undefined;

  constructor(watcher: Watcher, signal: AbortSignal, abandonments: AbandonmentTracker) {
    this.#watcher = watcher;
    this.#signal = signal;
    this.#abandonments = abandonments;
    this.#handlers = { pulled: (item) => this.#onPulled(item), failed: (error) => this.#onPullFailed(error) };
    signal.addEventListener('abort', this, { once: true });
    if (signal.aborted) this.end('aborted');
  }

  get isOpen(): boolean {
    return this.#watcher !== undefined;
  }

  apply(open: SdkStream['iterator'], stream: SdkStream, args: []): SdkIterator {
    const opened = Reflect.apply(open, stream, args);
    try {
      watchIterator(opened, this);
    } catch (fault) {
      this.onFault(fault);
    }
    return opened;
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

  follow(pull: Promise<Item>): Promise<Item> {
    return pull.then(this.#handlers?.pulled, this.#handlers?.failed);
  }

  #onPulled(item: Item): Item {
    this.#pendingPulls--;
    // An aborted stream ends like a complete one, without an error (SDK v4 to v7). Only the signal tells them apart.
    if (item.done) this.end(this.#signal.aborted ? 'aborted' : 'completed');
    else this.#watcher?.onChunk(item.value);
    return item;
  }

  #onPullFailed(error: unknown): never {
    this.#pendingPulls--;
    this.end('failed', error);
    throw error;
  }

  onAbandoned(): void {
    this.end('abandoned');
  }

  onFault(fault: unknown): void {
    this.#watcher?.onFault(fault);
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
    const watcher = this.#watcher;
    if (!watcher) return;
    this.#watcher = undefined;
    this.#handlers = undefined;
    this.#signal.removeEventListener('abort', this);
    this.#abandonments.release(this);
    watcher.onStreamEnd(end, error);
  }
}
