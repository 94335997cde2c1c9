import { describe, expect, it, vi } from 'vitest';
import { AbandonmentTracker } from '../../src/observe/abandonment-tracker.js';
import { watchResult } from '../../src/observe/api-promise.js';
import type { Watcher } from '../../src/observe/watcher.js';

interface Props {
  response: object;
  body: unknown;
}

/** Makes a class as the SDK's, reduced to what its methods come down to. */
const sdkClass = () =>
  class ApiPromise extends Promise<unknown> {
    readonly responsePromise: Promise<Props>;
    readonly parseResponse: (props: Props) => unknown;
    #parsed: Promise<unknown> | undefined;

    constructor(
      body: unknown,
      responding: Promise<object> = Promise.resolve({}),
      parseResponse: (props: Props) => unknown = async (props) => props.body,
    ) {
      super((resolve) => resolve(null));
      this.responsePromise = responding.then((response) => ({ response, body }));
      this.responsePromise.catch(() => {});
      this.parseResponse = parseResponse;
    }

    parse(): Promise<unknown> {
      this.#parsed ??= this.responsePromise.then((props) => this.parseResponse(props));
      return this.#parsed;
    }

    asResponse(): Promise<unknown> {
      return this.responsePromise.then(({ response }) => response);
    }

    _thenUnwrap(transform: (body: unknown) => unknown): ApiPromise {
      return new ApiPromise(this.responsePromise.then(({ body }) => transform(body)));
    }

    // biome-ignore lint/suspicious/noThenProperty: as the SDK has it
    override then<A = unknown, B = never>(
      onFulfilled?: ((body: unknown) => A | PromiseLike<A>) | null,
      onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
    ): Promise<A | B> {
      return this.parse().then(onFulfilled, onRejected);
    }
  };

const ApiPromise = sdkClass();
type ApiPromise = InstanceType<typeof ApiPromise>;

class Stricter extends ApiPromise {
  override parse(): Promise<unknown> {
    return super.parse();
  }

  override _thenUnwrap(transform: (body: unknown) => unknown): ApiPromise {
    return super._thenUnwrap(transform);
  }
}

function newWatcher() {
  return {
    registration: undefined,
    within: vi.fn((work: () => unknown) => work()),
    onResponse: vi.fn(),
    onResult: vi.fn(),
    onDone: vi.fn(),
    onStream: vi.fn(),
    onChunk: vi.fn(),
    onStreamEnd: vi.fn(),
    onError: vi.fn(),
    onAbandoned: vi.fn(),
    onFault: vi.fn(),
  };
}

/** What the watcher was told, in order. */
function told(watcher: ReturnType<typeof newWatcher>): unknown[][] {
  const { within: _, registration: __, ...listeners } = watcher;
  return Object.entries(listeners)
    .flatMap(([name, { mock }]) =>
      mock.calls.map((args, i) => ({ name, args, order: mock.invocationCallOrder[i] ?? 0 })),
    )
    .sort((a, b) => a.order - b.order)
    .map(({ name, args }) => [name, ...args]);
}

function watched(promise: object, abandonments = new AbandonmentTracker()) {
  const watcher = newWatcher();
  expect(watchResult(promise, watcher as unknown as Watcher, abandonments)).toBe(promise);
  return watcher;
}

describe.each([ApiPromise, Stricter])('a promise of %o', (Class) => {
  it('is watched once, however often it is asked', async () => {
    const promise = new Class('said');
    const watcher = watched(promise);
    expect([await promise, await promise.parse()]).toEqual(['said', 'said']);
    expect(watcher.onResult.mock.calls).toEqual([['said']]);
    expect(watcher.within).toHaveBeenCalledOnce();
    expect(watcher.onDone).toHaveBeenCalledOnce();
    expect(watcher.onFault).not.toHaveBeenCalled();
  });

  it('is watched where it is derived', async () => {
    const promise = new Class('said');
    const watcher = watched(promise);
    expect(await promise._thenUnwrap((body) => `${body}!`)).toBe('said!');
    expect(watcher.onResult).toHaveBeenCalledWith('said');
    expect(watcher.onDone).toHaveBeenCalledOnce();
    expect(watcher.onFault).not.toHaveBeenCalled();
  });

  it('shows nothing of it, nor do its methods', () => {
    const promise = new Class('said');
    const before = Reflect.ownKeys(promise);
    watched(promise);
    expect(Reflect.ownKeys(promise)).toEqual(before);
    expect([promise.parse.name, promise.parse.length]).toEqual(['parse', 0]);
    expect([promise._thenUnwrap.name, promise._thenUnwrap.length]).toEqual(['_thenUnwrap', 1]);
    expect(Object.keys(Class.prototype)).toEqual([]);
  });

  it('goes its way unwatched beside those that are', async () => {
    watched(new Class('other'));
    expect(await new Class('said')._thenUnwrap((body) => `${body}!`)).toBe('said!');
    expect(await new Class('said').asResponse()).toEqual({});
  });
});

it('a method that a promise has of its own is watched too', async () => {
  const promise = new ApiPromise('said');
  promise._thenUnwrap = (transform) => new ApiPromise(promise.responsePromise.then(({ body }) => transform(body)));
  const watcher = watched(promise);
  expect(await promise._thenUnwrap((body) => `${body}!`)).toBe('said!');
  expect(watcher.onResult).toHaveBeenCalledWith('said');
});

it('tells of both responses if the request was sent again while the body was read, as SDK 7 does', async () => {
  const [first, second] = [{ request: 1 }, { request: 2 }];
  const promise = new ApiPromise('said', undefined, async (props) => {
    await null;
    return Object.assign(props, { response: second }).body;
  });
  await promise.responsePromise.then((props) => Object.assign(props, { response: first }));
  const watcher = watched(promise);
  expect(await promise).toBe('said');
  expect(watcher.onResponse.mock.calls.map(([response]) => response)).toEqual([first, second]);
});

describe('the raw response', () => {
  it('ends the call with its headers', async () => {
    const response = { status: 200 };
    const promise = new ApiPromise('said', Promise.resolve(response));
    const watcher = watched(promise);
    expect(await promise.asResponse()).toBe(response);
    expect(told(watcher)).toEqual([['onResponse', response], ['onDone']]);
  });

  it.each(['before', 'after'])('and the body, asked for %s it: the call ends with the body', async (when) => {
    const promise = new ApiPromise('said', Promise.resolve({ status: 200 }));
    const watcher = watched(promise);
    const asked = [() => promise.asResponse(), () => promise.parse()];
    await Promise.all((when === 'before' ? asked.reverse() : asked).map((ask) => ask()));
    expect(told(watcher)).toEqual([['onResponse', { status: 200 }], ['onResult', 'said'], ['onDone']]);
  });

  it('that does not come is an error', async () => {
    const lost = new Error('lost');
    const promise = new ApiPromise('said', Promise.reject(lost));
    const watcher = watched(promise);
    await expect(promise.asResponse()).rejects.toBe(lost);
    expect(told(watcher)).toEqual([['onError', lost]]);
  });
});

describe('an error', () => {
  it('of the request goes to the application, and to the watcher once', async () => {
    const lost = new Error('lost');
    const promise = new ApiPromise('said', Promise.reject(lost));
    const watcher = watched(promise);
    await expect(promise.parse()).rejects.toBe(lost);
    await expect(promise.parse()).rejects.toBe(lost);
    expect(told(watcher)).toEqual([['onError', lost]]);
  });

  it('of a transformation comes after the body', async () => {
    const promise = new ApiPromise('said');
    const watcher = watched(promise);
    const failing = promise._thenUnwrap(() => {
      throw new Error('truncated');
    });
    await expect(failing.parse()).rejects.toThrow('truncated');
    expect(watcher.onResult.mock.calls).toEqual([['said']]);
    expect(told(watcher).at(-1)).toEqual(['onError', new Error('truncated')]);
  });

  it('of what is returned leaves it to the application', () => {
    const hostile = new Proxy(Promise.resolve(), {
      getPrototypeOf: () => {
        throw new Error('hostile');
      },
      get: () => 7,
    });
    const watcher = newWatcher();
    expect(watchResult(hostile, watcher as unknown as Watcher, new AbandonmentTracker())).toBe(hostile);
    expect(told(watcher)).toEqual([['onFault', new Error('hostile')]]);
  });
});

describe('what another library returns instead', () => {
  it('may be a plain promise', async () => {
    const watcher = newWatcher();
    const watch = (promise: object) => watchResult(promise, watcher as unknown as Watcher, new AbandonmentTracker());
    expect(await watch(Promise.resolve('said'))).toBe('said');
    await expect(watch(Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect(told(watcher)).toEqual([['onResult', 'said'], ['onDone'], ['onError', new Error('lost')]]);
  });

  it.each(['responsePromise', 'parse', 'asResponse', '_thenUnwrap'])('may be a promise without %s', async (missing) => {
    const watcher = newWatcher();
    const { responsePromise } = new ApiPromise('not said');
    const { parse, asResponse, _thenUnwrap } = ApiPromise.prototype;
    const promise = Object.assign(Promise.resolve('said'), { responsePromise, parse, asResponse, _thenUnwrap });
    Object.assign(promise, { [missing]: undefined });
    expect(await watchResult(promise, watcher as unknown as Watcher, new AbandonmentTracker())).toBe('said');
    expect(told(watcher)).toEqual([['onResult', 'said'], ['onDone']]);
  });

  it('may be the body itself', () => {
    expect(told(watched({ id: 'a' }))).toEqual([['onResult', { id: 'a' }], ['onDone']]);
  });

  const asked: [keyof ApiPromise, unknown, (promise: ApiPromise) => Promise<unknown>, string[]][] = [
    ['parse', 'said', (promise) => promise.parse(), ['onResponse', 'onResult', 'onDone']],
    ['asResponse', { status: 200 }, (promise) => promise.asResponse(), ['onResponse', 'onDone']],
    ['_thenUnwrap', 'said!', (promise) => promise._thenUnwrap((body) => `${body}!`).parse(), ['onResult', 'onDone']],
  ];
  it.each(asked)('may be of a class that cannot be changed: %s', async (_, result, ask, expected) => {
    const Frozen = sdkClass();
    Object.freeze(Frozen.prototype);
    const promise = new Frozen('said', Promise.resolve({ status: 200 }));
    const watcher = watched(promise);
    expect(await ask(promise)).toEqual(result);
    expect(told(watcher).map(([name]) => name)).toEqual(expect.arrayContaining(expected));
  });

  it.each(asked)('may be of a class whose own %s cannot be changed', async (name, result, ask, expected) => {
    const Base = sdkClass();
    class Frozen extends Base {}
    // The method is its own, and does not call that of the base class.
    const parse = (promise: ApiPromise) => promise.responsePromise.then((props) => promise.parseResponse(props));
    const own = {
      parse(this: ApiPromise) {
        return parse(this);
      },
      asResponse(this: ApiPromise) {
        return this.responsePromise.then(({ response }) => response);
      },
      _thenUnwrap(this: ApiPromise, transform: (body: unknown) => unknown) {
        return new Base(parse(this).then(transform));
      },
    };
    Object.defineProperty(Frozen.prototype, name, { value: Reflect.get(own, name) });
    Object.freeze(Frozen.prototype);
    const promise = new Frozen('said', Promise.resolve({ status: 200 }));
    const watcher = watched(promise);
    expect(await ask(promise)).toEqual(result);
    expect(told(watcher).map(([each]) => each)).toEqual(expect.arrayContaining(expected));
  });
});

describe('a promise whose own methods lead to another one, as that of a page', () => {
  type Page = ApiPromise & { withResponse(): Promise<unknown> };

  function page(hidden: Promise<unknown>): Page {
    const promise = new ApiPromise('not said');
    return Object.assign(promise, {
      // biome-ignore lint/suspicious/noThenProperty: as the SDK has it
      then: hidden.then.bind(hidden) as Page['then'],
      catch: hidden.catch.bind(hidden) as Page['catch'],
      finally: hidden.finally.bind(hidden) as Page['finally'],
      withResponse: () => hidden.then((data) => ({ data })),
    });
  }

  const asked: [string, (promise: Page) => Promise<unknown>, unknown][] = [
    ['then', (promise) => promise.then((body) => `${body}!`), 'said!'],
    ['catch', (promise) => promise.catch(() => {}), 'said'],
    ['finally', (promise) => promise.finally(() => {}), 'said'],
    ['withResponse', (promise) => promise.withResponse(), { data: 'said' }],
  ];
  it.each(asked)('is watched when %s is called', async (_, ask, result) => {
    const promise = page(Promise.resolve('said'));
    const watcher = watched(promise);
    expect(watcher.within).not.toHaveBeenCalled();
    expect([await ask(promise), await ask(promise)]).toEqual([result, result]);
    expect(watcher.within).toHaveBeenCalledOnce();
    expect(watcher.onResult.mock.calls).toEqual([['said']]);
    expect(watcher.onDone).toHaveBeenCalledOnce();
  });

  it('reports its error', async () => {
    const lost = new Error('lost');
    const promise = page(Promise.reject(lost));
    const watcher = watched(promise);
    expect(await promise.catch((error) => error)).toBe(lost);
    expect(watcher.onError.mock.calls).toEqual([[lost]]);
  });

  it('need not have all of them', () => {
    const promise = page(Promise.resolve('said'));
    Reflect.deleteProperty(promise, 'withResponse');
    watched(promise);
    expect(promise).not.toHaveProperty('withResponse');
  });
});

describe('a promise that is not awaited', () => {
  const asked: [string, (promise: ApiPromise) => unknown][] = [
    ['parse', (promise) => promise.parse()],
    ['asResponse', (promise) => promise.asResponse()],
    ['then', (promise) => promise.then(() => {})],
  ];
  it.each(asked)('is followed until %s is called', (_, ask) => {
    const abandonments = new AbandonmentTracker();
    const [follow, release] = [vi.spyOn(abandonments, 'follow'), vi.spyOn(abandonments, 'release')];
    const promise = new ApiPromise('said');
    const watcher = watched(promise, abandonments);
    expect(follow.mock.calls).toEqual([[promise, watcher]]);
    release.mockClear();
    ask(promise);
    expect(release.mock.calls).toEqual([[watcher]]);
  });

  it('is followed by the one that is derived from it', () => {
    const abandonments = new AbandonmentTracker();
    const follow = vi.spyOn(abandonments, 'follow');
    const promise = new ApiPromise('said');
    const watcher = watched(promise, abandonments);
    const derived = promise._thenUnwrap((body) => body);
    expect(follow.mock.calls.map(([target]) => target === derived)).toEqual([false, true]);
    expect(follow.mock.lastCall?.[1]).toBe(watcher);
  });
});

it('works in the context of the call', async () => {
  const promise = new ApiPromise('said');
  const watcher = watched(promise);
  await promise;
  expect(watcher.within).toHaveBeenCalledOnce();
});

it('several promises of one response tell of its body once', async () => {
  const promise = new ApiPromise('said');
  const watcher = watched(promise);
  const derived = [promise._thenUnwrap((body) => `${body}!`), promise._thenUnwrap((body) => `${body}?`)];
  expect(await Promise.all([promise, ...derived])).toEqual(['said', 'said!', 'said?']);
  expect(watcher.onResult.mock.calls).toEqual([['said']]);
  expect(watcher.onFault).not.toHaveBeenCalled();
});

it('a promise that has settled leads to the call no more', async () => {
  const promise = new ApiPromise('said');
  const watcher = watched(promise);
  const parsed = promise.parse();
  await parsed;
  const before = told(watcher);
  expect(promise.parse()).toBe(parsed);
  expect(await promise._thenUnwrap((body) => `${body}!`)).toBe('said!');
  await promise.asResponse();
  expect(told(watcher)).toEqual(before);
});

it('a stream ends the call at its own end', async () => {
  async function* items() {
    yield 1;
  }
  const stream = {
    iterator: items,
    controller: new AbortController(),
    [Symbol.asyncIterator]() {
      return this.iterator();
    },
  };
  const abandonments = new AbandonmentTracker();
  const promise = new ApiPromise(stream);
  const watcher = watched(promise, abandonments);
  const follow = vi.spyOn(abandonments, 'follow');
  const body = await promise;
  expect(body).toBe(stream);
  expect(told(watcher).map(([name]) => name)).toEqual(['onResponse', 'onStream']);
  expect(follow).toHaveBeenCalled();
  for await (const _ of stream);
  expect(told(watcher).slice(2)).toEqual([
    ['onChunk', 1],
    ['onStreamEnd', 'completed', undefined],
  ]);
});
