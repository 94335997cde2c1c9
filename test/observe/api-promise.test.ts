import { describe, expect, it, vi } from 'vitest';
import { AbandonmentTracker } from '../../src/observe/abandonment-tracker.js';
import { watchResult } from '../../src/observe/api-promise.js';
import type { Watcher } from '../../src/observe/watcher.js';

interface Props {
  response: object;
  body: unknown;
}

/** As the SDK's, reduced to what its methods come down to. */
class ApiPromise extends Promise<unknown> {
  readonly responsePromise: Promise<Props>;
  readonly parseResponse: (props: Props) => unknown;
  #parsed: Promise<unknown> | undefined;

  constructor(body: unknown, parseResponse: (props: Props) => unknown = async ({ body }) => body) {
    super((resolve) => resolve(null));
    this.responsePromise = Promise.resolve({ response: {}, body });
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
}

class Stricter extends ApiPromise {
  override parse(): Promise<unknown> {
    return super.parse();
  }

  override _thenUnwrap(transform: (body: unknown) => unknown): ApiPromise {
    return super._thenUnwrap(transform);
  }
}

function watched(promise: object) {
  const watcher = {
    within: (work: () => unknown) => work(),
    onResponse: vi.fn(),
    onResult: vi.fn(),
    onDone: vi.fn(),
    onError: vi.fn(),
    onAbandoned: vi.fn(),
    onFault: vi.fn(),
  };
  expect(watchResult(promise, watcher as unknown as Watcher, new AbandonmentTracker())).toBe(promise);
  return watcher;
}

describe.each([ApiPromise, Stricter])('a promise of %o', (Class) => {
  it('is watched once, however often it is asked', async () => {
    const promise = new Class('said');
    const watcher = watched(promise);
    expect([await promise, await promise.parse()]).toEqual(['said', 'said']);
    expect(watcher.onResult.mock.calls).toEqual([['said']]);
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
  const promise = new ApiPromise('said', async (props) => {
    await null;
    return Object.assign(props, { response: second }).body;
  });
  await promise.responsePromise.then((props) => Object.assign(props, { response: first }));
  const watcher = watched(promise);
  expect(await promise).toBe('said');
  expect(watcher.onResponse.mock.calls.map(([response]) => response)).toEqual([first, second]);
});
