import { fieldsOf, isObject, isThenable } from '../read.js';
import type { Collected } from './collected.js';
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
    const { parse, asResponse, _thenUnwrap } = promise;
    let parsed: Promise<unknown> | undefined;

    const answer = this;
    override<ApiPromise>(promise, {
      parse() {
        parsed ??= answer.#parse(promise, parse, onParsed);
        return parsed;
      },
      asResponse() {
        const response = asResponse.call(promise);
        answer.#sentOut(promise);
        return response;
      },
      _thenUnwrap(transform) {
        const child = _thenUnwrap.call(promise, (body, ...rest) => {
          answer.#inspect(body);
          return transform(body, ...rest);
        });
        // Its transformation may yet fail, as `parse()` does on a cut-off answer: the call ends when the child settles.
        return answer.watch(child, answer.#done);
      },
    });

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
        if (!this.#parsing) this.#parse(promise, () => then.call(promise), onParsed);
        // Outside of the call's context: callbacks keep the one they are given in.
        return consume.apply(promise, args);
      };
      override<ApiPromise>(promise, { [name]: standIn });
    }
  }

  /** The raw response went to the application, body and all: without a `parse` its headers are all there is to see. */
  #sentOut(promise: ApiPromise): void {
    this.#collected.release(this.#watcher);
    promise.responsePromise.then((props) => {
      this.#arrived(props);
      if (!this.#parsing) this.#watcher.onDone();
    }, this.failed);
  }

  /** Handlers on the side: whoever called `parse` has the failure to handle, as without us, and waits no longer. */
  #parse(promise: ApiPromise, parse: ApiPromise['parse'], onParsed: (body: unknown) => void): Promise<unknown> {
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
