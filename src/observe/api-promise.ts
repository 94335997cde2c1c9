import { fieldsOf, isObject, isThenable } from '../read.js';
import type { Collected } from './abandonment-tracker.js';
import { attach, attachedTo } from './attached.js';
import { override } from './override.js';
import { isStream, watchStream } from './stream.js';
import type { Watcher } from './watcher.js';

/**
 * What SDK v4 to v7 have in common in `APIPromise`: the request is under way in `responsePromise`; the body is read on
 * the first `parse()`, which `then`, `catch`, `finally` and `withResponse` all come down to. The helpers `parse()` and
 * `stream()` derive another promise of the same response with `_thenUnwrap`.
 */
interface ApiPromise {
  readonly responsePromise: PromiseLike<ResponseProps>;
  parse(): Promise<unknown>;
  asResponse(): Promise<unknown>;
  then(...args: unknown[]): Promise<unknown>;
  catch(...args: unknown[]): Promise<unknown>;
  finally(...args: unknown[]): Promise<unknown>;
  withResponse(...args: unknown[]): Promise<unknown>;
  _thenUnwrap(transform: Transform): ApiPromise;
}

interface ResponseProps {
  readonly response: unknown;
}

/** The ways to read the body, besides `parse`. */
const CONSUMERS = ['then', 'catch', 'finally', 'withResponse'] as const;

type Transform = (body: unknown, ...rest: unknown[]) => unknown;

function isApiPromise(value: unknown): value is ApiPromise {
  return (
    isObject(value) &&
    isThenable(value.responsePromise) &&
    typeof value.parse === 'function' &&
    typeof value.asResponse === 'function' &&
    typeof value._thenUnwrap === 'function'
  );
}

/**
 * Watches what an SDK method returned and gives it back: the same object, still unconsumed. The body is read if and
 * when the application reads it.
 */
export function watchResult<T>(result: T, watcher: Watcher, collected: Collected): T {
  try {
    const answer = new Answer(watcher, collected);
    if (isApiPromise(result)) answer.watch(result);
    else if (result instanceof Promise) return watchForeign(result, answer) as T;
    else answer.receive(result);
  } catch (fault) {
    watcher.onFault(fault);
  }
  return result;
}

/** Another party wrapped the method and returned a promise of its own: nothing of the SDK's is left to preserve. */
function watchForeign(promise: Promise<unknown>, answer: Answer): Promise<unknown> {
  return promise.then(
    (body) => {
      answer.receive(body);
      return body;
    },
    (error) => {
      answer.failed(error);
      throw error;
    },
  );
}

/** What is known of one promise. It does not hold the promise, which may be left to the garbage collection. */
class Watch {
  readonly answer: Answer;
  readonly #onParsed: (body: unknown) => void;
  #entered = false;
  #parsed: Promise<unknown> | undefined;

  constructor(answer: Answer, onParsed: (body: unknown) => void) {
    this.answer = answer;
    this.#onParsed = onParsed;
  }

  parse(promise: ApiPromise, parse: ApiPromise['parse']): Promise<unknown> {
    // A class that extends the SDK's may come here twice, from its own method and from that of the class it extends.
    if (this.#entered) return this.#parsed ?? parse.call(promise);
    this.#entered = true;
    this.#parsed = this.answer.parse(promise, parse, this.#onParsed);
    return this.#parsed;
  }
}

/** The methods that are watched, each made of what it stands in for. They ask a promise whether it is watched at all. */
const STAND_INS = {
  parse: (parse: ApiPromise['parse']) =>
    function (this: ApiPromise) {
      const watch = watchOf(this);
      return watch ? watch.parse(this, parse) : parse.call(this);
    },
  asResponse: (asResponse: ApiPromise['asResponse']) =>
    function (this: ApiPromise) {
      const response = asResponse.call(this);
      watchOf(this)?.answer.sentOut(this);
      return response;
    },
  _thenUnwrap: (unwrap: ApiPromise['_thenUnwrap']) =>
    function (this: ApiPromise, transform: Transform) {
      const watch = watchOf(this);
      return watch ? watch.answer.derive(this, unwrap, transform) : unwrap.call(this, transform);
    },
};

const patchedClasses = new WeakSet<object>();

/**
 * A class is patched when it is first seen, and its promises are told apart by what is attached to them: to give methods
 * of its own to each would take several times as long as all else that is done about a promise.
 */
function patchClassOf(promise: ApiPromise): void {
  for (let at = Object.getPrototypeOf(promise); at && !patchedClasses.has(at); at = Object.getPrototypeOf(at)) {
    patchedClasses.add(at);
    standInFor(at);
  }
}

/** @param holder a class's prototype, or a promise that has methods of its own: `_thenUnwrap`, late in SDK v7 */
function standInFor(holder: ApiPromise): void {
  if (Object.hasOwn(holder, 'parse')) override(holder, { parse: STAND_INS.parse(holder.parse) });
  if (Object.hasOwn(holder, 'asResponse')) override(holder, { asResponse: STAND_INS.asResponse(holder.asResponse) });
  if (Object.hasOwn(holder, '_thenUnwrap'))
    override(holder, { _thenUnwrap: STAND_INS._thenUnwrap(holder._thenUnwrap) });
}

function watchOf(promise: object): Watch | undefined {
  const attached = attachedTo(promise);
  return attached instanceof Watch ? attached : undefined;
}

/** The answer to one call, however many promises of it there are. */
class Answer {
  readonly #watcher: Watcher;
  readonly #collected: Collected;
  #response: unknown;
  #parsing = false;
  #streaming = false;

  constructor(watcher: Watcher, collected: Collected) {
    this.#watcher = watcher;
    this.#collected = collected;
  }

  /** `onParsed`: what the body of this very promise means. */
  watch(promise: ApiPromise, onParsed: (body: unknown) => void = this.receive): ApiPromise {
    attach(promise, new Watch(this, onParsed));
    patchClassOf(promise);
    standInFor(promise);
    if (Object.hasOwn(promise, 'then')) this.#watchConsumers(promise, onParsed);

    this.#collected.follow(promise, this.#watcher);
    return promise;
  }

  /**
   * The promise of a page parses by another, hidden one in SDK 7.5 and later: the methods that it has for its own lead
   * there and pass `parse` by. The first that is used begins the parsing, the others share it.
   */
  #watchConsumers(promise: ApiPromise, onParsed: (body: unknown) => void): void {
    const { then } = promise;
    for (const name of CONSUMERS) {
      if (!Object.hasOwn(promise, name)) continue;
      const consume = promise[name];
      const standIn = (...args: unknown[]) => {
        if (!this.#parsing) this.parse(promise, () => then.call(promise), onParsed);
        // Outside of the call's context: callbacks keep the one they are given in.
        return consume.apply(promise, args);
      };
      override<ApiPromise>(promise, { [name]: standIn });
    }
  }

  /** Another promise of this answer. Its transformation may yet fail, as `parse()` does on a cut-off answer. */
  derive(promise: ApiPromise, unwrap: ApiPromise['_thenUnwrap'], transform: Transform): ApiPromise {
    const derived = unwrap.call(promise, (body, ...rest) => {
      this.#inspect(body);
      return transform(body, ...rest);
    });
    // The call ends when that one settles.
    return isApiPromise(derived) && !watchOf(derived) ? this.watch(derived, this.#done) : derived;
  }

  /** The raw response went to the application, body and all: without a `parse` its headers are all there is to see. */
  sentOut(promise: ApiPromise): void {
    this.#collected.release(this.#watcher);
    promise.responsePromise.then((props) => {
      this.#arrived(props);
      if (!this.#parsing) this.#watcher.onDone();
    }, this.failed);
  }

  /** Handlers on the side: whoever called `parse` has the failure to handle, as without us, and waits no longer. */
  parse(promise: ApiPromise, parse: ApiPromise['parse'], onParsed: (body: unknown) => void): Promise<unknown> {
    this.#parsing = true;
    this.#collected.release(this.#watcher);
    // SDK v7 can time out on the body and send the request again from inside `parse`, so look at the headers twice.
    const parsed = this.#watcher.within(() => parse.call(promise));
    let props: ResponseProps | undefined;
    promise.responsePromise.then((arrived) => {
      props = arrived;
      this.#arrived(props);
    }, ignore);
    parsed.then((body) => {
      if (props) this.#arrived(props);
      onParsed(body);
    }, this.failed);
    return parsed;
  }

  readonly receive = (body: unknown): void => {
    this.#inspect(body);
    this.#done();
  };

  readonly failed = (error: unknown): void => {
    this.#watcher.onError(error);
  };

  readonly #done = (): void => {
    if (!this.#streaming) this.#watcher.onDone();
  };

  #arrived(props: ResponseProps): void {
    const { response } = fieldsOf(props);
    if (response === this.#response) return;
    this.#response = response;
    this.#watcher.onResponse(response);
  }

  #inspect(body: unknown): void {
    if (!isStream(body)) {
      this.#watcher.onResult(body);
      return;
    }
    this.#streaming = true;
    try {
      watchStream(body, this.#watcher, this.#collected);
    } catch (fault) {
      this.#watcher.onFault(fault);
    }
  }
}

function ignore(): void {}
