import type { Method } from '../method.js';
import { fieldsOf, isObject, isThenable } from '../read.js';
import type { AbandonmentTracker } from './abandonment-tracker.js';
import { ReturnArgument } from './attached.js';
import { follow, type Outcome } from './follow.js';
import { override } from './override.js';
import { isStream, watchStream } from './stream.js';
import type { Watcher } from './watcher.js';

/**
 * What the `APIPromise` classes of SDK v4 to v7 have in common (`src/core/api-promise.ts`). `responsePromise` is the request
 * under way. The first `parse()` reads the body; `then`, `catch`, `finally` and `withResponse` call it. It calls
 * `parseResponse` as soon as there are headers. The helpers `parse()` and `stream()` derive another promise of the same
 * response with `_thenUnwrap`.
 *
 * Nothing here adds a handler to a promise of the SDK beside that of the application: see `follow`.
 */
interface ApiPromise {
  readonly responsePromise: PromiseLike<unknown>;
  parseResponse?: Method;
  parse(): Promise<unknown>;
  asResponse(): Promise<unknown>;
  then(...args: unknown[]): Promise<unknown>;
  catch(...args: unknown[]): Promise<unknown>;
  finally(...args: unknown[]): Promise<unknown>;
  withResponse(...args: unknown[]): Promise<unknown>;
  _thenUnwrap(transform: Transform): ApiPromise;
}

/** The methods that read the body, besides `parse`. */
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
 * Watches what an SDK method returned, and returns that same object, still unread. The body is read only when the
 * application reads it.
 */
export function watchResult<T>(result: T, watcher: Watcher, abandonments: AbandonmentTracker): T {
  try {
    const response = new ResponseTracker(watcher, abandonments);
    if (isApiPromise(result)) response.watch(result);
    else if (result instanceof Promise) return response.watchPlain(result) as T;
    else response.onBody(result);
  } catch (fault) {
    watcher.onFault(fault);
  }
  return result;
}

/**
 * The state of one API promise. It does not hold the promise, so that the promise can be garbage-collected. The application
 * can keep the promise, so it drops the response when the promise has settled.
 */
class PromiseState implements Outcome {
  #response: ResponseTracker | undefined;
  /** Whether the promise transforms the body of another one. */
  readonly #derived: boolean;
  #entered = false;
  /** Set while it is parsed. */
  #promise: ApiPromise | undefined;
  /** What the application got, and gets again. */
  #parsed: Promise<unknown> | undefined;

  constructor(response: ResponseTracker, derived: boolean) {
    this.#response = response;
    this.#derived = derived;
  }

  /** `undefined` when the promise has settled. */
  get response(): ResponseTracker | undefined {
    return this.#response;
  }

  parse(promise: ApiPromise, parse: ApiPromise['parse']): Promise<unknown> {
    // A subclass of the SDK's class calls this twice: from its own method and from the inherited one.
    if (this.#entered || !this.#response) return this.#parsed ?? parse.call(promise);
    this.#entered = true;
    this.#promise = promise;
    this.#parsed = this.#response.parse(promise, parse, this);
    return this.#parsed;
  }

  onFulfilled(body: unknown): void {
    // SDK v7 sends the request again from inside `parseResponse` if the body times out: there is another response.
    this.#response?.onProps();
    // The body of a derived promise was seen before its transformation.
    if (this.#derived) this.#response?.onDone();
    else this.#response?.onBody(body);
    this.#settle();
  }

  onRejected(error: unknown): void {
    this.#response?.onRejected(error);
    this.#settle();
  }

  /** Applications keep promises: what followed this one goes. */
  #settle(): void {
    if (this.#promise) this.#response?.unwatchParsing(this.#promise);
    this.#response = undefined;
    this.#promise = undefined;
  }
}

/** The methods that are wrapped. On a promise that is not watched they call the original method. */
const WRAPPERS = {
  parse: (parse: ApiPromise['parse']) =>
    function (this: ApiPromise) {
      const state = Watched.stateOf(this);
      return state ? state.parse(this, parse) : parse.call(this);
    },
  asResponse: (asResponse: ApiPromise['asResponse']) =>
    function (this: ApiPromise) {
      const raw = asResponse.call(this);
      return Watched.stateOf(this)?.response?.followRawResponse(raw) ?? raw;
    },
  _thenUnwrap: (unwrap: ApiPromise['_thenUnwrap']) =>
    function (this: ApiPromise, transform: Transform) {
      const response = Watched.stateOf(this)?.response;
      return response ? response.derive(this, unwrap, transform) : unwrap.call(this, transform);
    },
};

const patchedClasses = new WeakSet<object>();
const wrappers = new WeakSet<object>();

/**
 * Patches the class of a promise when it is first seen. The state attached to a promise says whether it is watched. Defining
 * methods on each promise instead would cost several times as much as everything else that is done for one.
 */
function patchClassOf(promise: ApiPromise): void {
  for (let at = Object.getPrototypeOf(promise); at && !patchedClasses.has(at); at = Object.getPrototypeOf(at)) {
    patchedClasses.add(at);
    if (!Object.isSealed(at)) wrapOwnMethods(at);
  }
}

/**
 * Whether the methods of the class lead here. They do not if the class is sealed or frozen, or if another library returned a proxy
 * whose methods are bound to the promise behind it.
 */
function isReached({ parse, asResponse, _thenUnwrap }: ApiPromise): boolean {
  return wrappers.has(parse) && wrappers.has(asResponse) && wrappers.has(_thenUnwrap);
}

/** Wraps the methods of one promise, which then need not find its state. */
function wrapMethodsOf(promise: ApiPromise, state: PromiseState): void {
  const { parse, asResponse, _thenUnwrap: unwrap } = promise;
  override(promise, {
    parse: () => state.parse(promise, parse),
    asResponse: () => {
      const raw = asResponse.call(promise);
      return state.response?.followRawResponse(raw) ?? raw;
    },
    _thenUnwrap: (transform) =>
      state.response ? state.response.derive(promise, unwrap, transform) : unwrap.call(promise, transform),
  });
}

/** @param holder a class's prototype, or a promise with own methods: `_thenUnwrap`, in late SDK v7 */
function wrapOwnMethods(holder: ApiPromise): void {
  wrapOwnMethod(holder, 'parse', WRAPPERS.parse);
  wrapOwnMethod(holder, 'asResponse', WRAPPERS.asResponse);
  wrapOwnMethod(holder, '_thenUnwrap', WRAPPERS._thenUnwrap);
}

function wrapOwnMethod<N extends keyof typeof WRAPPERS>(
  holder: ApiPromise,
  name: N,
  wrap: (method: ApiPromise[N]) => ApiPromise[N],
): void {
  if (!Object.hasOwn(holder, name)) return;
  const wrapper = wrap(holder[name]);
  override<Pick<ApiPromise, N>>(holder, { [name]: wrapper } as Partial<Pick<ApiPromise, N>>);
  wrappers.add(wrapper);
}

/** Attaches the state to a promise as a private field. */
class Watched extends ReturnArgument {
  readonly #state: PromiseState;

  constructor(promise: ApiPromise, state: PromiseState) {
    super(promise);
    this.#state = state;
  }

  static stateOf(promise: object): PromiseState | undefined {
    return #state in promise ? promise.#state : undefined;
  }
}

/** Tracks the response to one call. Several promises can lead to it. It handles the proxy for `parseResponse`. */
class ResponseTracker implements ProxyHandler<Method> {
  readonly #watcher: Watcher;
  readonly #abandonments: AbandonmentTracker;
  #response: unknown;
  /** What `parseResponse` got: the response and its options. */
  #props: unknown;
  /** The method of the promise, while a proxy is in its place. */
  #parseResponse: Method | undefined;
  #parsing = false;
  #streaming = false;
  #inspected = false;

  constructor(watcher: Watcher, abandonments: AbandonmentTracker) {
    this.#watcher = watcher;
    this.#abandonments = abandonments;
  }

  /**
   * Watches a promise of JavaScript's own class: of an `async` method of the SDK, or of another library that wrapped the
   * method.
   */
  watchPlain(promise: Promise<unknown>): Promise<unknown> {
    this.#abandonments.follow(promise, this.#watcher);
    return follow(promise, {
      onFulfilled: (body) => {
        this.#abandonments.release(this.#watcher);
        this.onBody(body);
      },
      onRejected: (error) => {
        this.#abandonments.release(this.#watcher);
        this.onRejected(error);
      },
    });
  }

  /** @param derived whether the promise transforms the body of another one */
  watch(promise: ApiPromise, derived = false): ApiPromise {
    const state = new PromiseState(this, derived);
    new Watched(promise, state);
    patchClassOf(promise);
    wrapOwnMethods(promise);
    if (!isReached(promise)) wrapMethodsOf(promise, state);
    if (Object.hasOwn(promise, 'then')) this.#watchConsumers(promise, state);

    this.#abandonments.follow(promise, this.#watcher);
    return promise;
  }

  /**
   * In SDK 7.5 and later the promise of a page has own methods that lead to another, hidden promise and do not call `parse`
   * (`PagePromise` in `src/core/pagination.ts`). The first of them that is called starts the parsing, the others share it.
   */
  #watchConsumers(promise: ApiPromise, outcome: Outcome): void {
    const { then } = promise;
    // The hidden promise parses, so the headers are looked up when it has.
    const lookUp = async () => {
      this.#props = await promise.responsePromise.then(undefined, ignore);
      this.onProps();
    };
    const parse = () =>
      then.call(promise).then(
        async (body) => {
          await lookUp();
          return body;
        },
        async (error) => {
          await lookUp();
          throw error;
        },
      );
    let parsed: Promise<unknown> | undefined;
    for (const name of CONSUMERS) {
      if (!Object.hasOwn(promise, name)) continue;
      const consume: Method = promise[name];
      const wrapper = (...args: unknown[]) => {
        if (!this.#parsing) parsed = this.parse(promise, parse, outcome);
        // Outside the call's context: callbacks keep the context in which the application registered them.
        if (parsed && name !== 'withResponse') return Reflect.apply(parsed[name], parsed, args);
        // `withResponse` awaits the hidden promise itself. The call ends first.
        const consumed = consume.apply(promise, args);
        return parsed ? parsed.then(ignore, ignore).then(() => consumed) : consumed;
      };
      override<ApiPromise>(promise, { [name]: wrapper });
    }
  }

  /** Another promise of this response. Its transformation can fail, as `parse()` does on a truncated completion. */
  derive(promise: ApiPromise, unwrap: ApiPromise['_thenUnwrap'], transform: Transform): ApiPromise {
    const derived = unwrap.call(promise, (body, ...rest) => {
      this.#inspect(body);
      return transform(body, ...rest);
    });
    // The call ends when the derived promise settles.
    return isApiPromise(derived) && !Watched.stateOf(derived) ? this.watch(derived, true) : derived;
  }

  /** After `asResponse()` the application reads the body itself, so the call ends with the headers. */
  followRawResponse(raw: Promise<unknown>): Promise<unknown> {
    this.#abandonments.release(this.#watcher);
    return follow(raw, {
      onFulfilled: (response) => {
        this.#onHeaders(response);
        if (!this.#parsing) this.#watcher.onDone();
      },
      onRejected: (error) => this.onRejected(error),
    });
  }

  parse(promise: ApiPromise, parse: ApiPromise['parse'], outcome: Outcome): Promise<unknown> {
    this.#parsing = true;
    this.#abandonments.release(this.#watcher);
    this.#watchParsing(promise);
    let parsed: Promise<unknown>;
    try {
      parsed = this.#watcher.within(() => parse.call(promise));
    } catch (error) {
      outcome.onRejected(error);
      throw error;
    }
    return follow(parsed, outcome);
  }

  #watchParsing(promise: ApiPromise): void {
    const { parseResponse } = promise;
    if (typeof parseResponse !== 'function') return;
    // A proxy, because a function of another kind would print differently with the promise.
    Reflect.set(promise, 'parseResponse', new Proxy(parseResponse, this));
    this.#parseResponse = parseResponse;
  }

  /** The proxy was called. */
  apply(parseResponse: Method, self: object, args: unknown[]): unknown {
    // Its only argument in SDK v4, the one after the client in v5 to v7.
    this.#props = args.at(-1);
    this.onProps();
    return Reflect.apply(parseResponse, self, args);
  }

  unwatchParsing(promise: ApiPromise): void {
    if (this.#parseResponse) Reflect.set(promise, 'parseResponse', this.#parseResponse);
    this.#parseResponse = undefined;
  }

  /** Called again after the parsing. */
  onProps(): void {
    const { response } = fieldsOf(this.#props);
    if (response !== undefined) this.#onHeaders(response);
  }

  onBody(body: unknown): void {
    this.#inspect(body);
    this.onDone();
  }

  onRejected(error: unknown): void {
    this.#watcher.onError(error);
  }

  onDone(): void {
    if (!this.#streaming) this.#watcher.onDone();
  }

  #onHeaders(response: unknown): void {
    if (response === this.#response) return;
    this.#response = response;
    this.#watcher.onResponse(response);
  }

  /** Once: with several promises of one response, each sees its body. The first sees it before any transformation. */
  #inspect(body: unknown): void {
    if (this.#inspected) return;
    this.#inspected = true;
    if (!isStream(body)) {
      this.#watcher.onResult(body);
      return;
    }
    this.#streaming = true;
    this.#abandonments.release(this.#watcher);
    try {
      watchStream(body, this.#watcher, this.#abandonments);
    } catch (fault) {
      this.#watcher.onFault(fault);
    }
  }
}

function ignore(): void {}
