import { describe, expect, it } from 'vitest';
import { AbandonmentTracker } from '../../src/observe/abandonment-tracker.js';
import { isStream, type SdkStream, watchStream } from '../../src/observe/stream.js';
import type { Watcher } from '../../src/observe/watcher.js';

/** A stream in the shape of the SDK's, and what its watcher is told. */
function watched(source: SdkStream['iterator']) {
  const told: unknown[] = [];
  const tell =
    (name: string) =>
    (...args: unknown[]) =>
      void told.push([name, ...args.filter((arg) => arg !== undefined)]);
  const watcher: Watcher = {
    within: (work) => work(),
    onResponse: tell('response'),
    onResult: tell('result'),
    onDone: tell('done'),
    onStream: tell('stream'),
    onChunk: tell('chunk'),
    onStreamEnd: tell('end'),
    onError: tell('error'),
    onAbandoned: tell('abandoned'),
    onFault: tell('fault'),
  };
  const stream = {
    iterator: source,
    controller: new AbortController(),
    [Symbol.asyncIterator]() {
      return this.iterator();
    },
  };
  watchStream(stream, watcher, new AbandonmentTracker());
  return { stream, told };
}

async function* numbers() {
  yield 1;
  yield 2;
}

async function* failing() {
  yield 1;
  throw new Error('lost');
}

describe('watchStream', () => {
  it('tells of each item and of the end', async () => {
    const { stream, told } = watched(numbers);
    const seen = [];
    for await (const item of stream) seen.push(item);
    expect(seen).toEqual([1, 2]);
    expect(told).toEqual([['stream'], ['chunk', 1], ['chunk', 2], ['end', 'completed']]);
  });

  it('reads nothing by itself', () => {
    const { told } = watched(() => {
      throw new Error('opened');
    });
    expect(told).toEqual([['stream']]);
  });

  it('tells of leaving, by break and by return', async () => {
    const { stream, told } = watched(numbers);
    for await (const _ of stream) break;
    expect(told).toEqual([['stream'], ['chunk', 1], ['end', 'cancelled']]);

    const other = watched(numbers);
    await other.stream.iterator().return?.(undefined);
    expect(other.told).toEqual([['stream'], ['end', 'cancelled']]);
  });

  it('tells of a failure, which is the same for the application', async () => {
    const { stream, told } = watched(failing);
    const iterator = stream.iterator();
    await iterator.next();
    await expect(iterator.next()).rejects.toThrow('lost');
    expect(told).toEqual([['stream'], ['chunk', 1], ['end', 'failed', new Error('lost')]]);
  });

  it('tells of an abort, before the first item, between two, and during one', async () => {
    const before = watched(numbers);
    before.stream.controller.abort();
    await Promise.resolve();
    expect(before.told).toEqual([['stream'], ['end', 'aborted']]);

    const between = watched(numbers);
    await between.stream.iterator().next();
    between.stream.controller.abort();
    await Promise.resolve();
    expect(between.told).toEqual([['stream'], ['chunk', 1], ['end', 'aborted']]);

    const during = watched(async function* () {
      during.stream.controller.abort();
      if (!during.stream.controller.signal.aborted) yield 1;
    });
    await during.stream.iterator().next();
    expect(during.told).toEqual([['stream'], ['end', 'aborted']]);
  });

  it('follows the first iterator that is used, and no other', async () => {
    const { stream, told } = watched(numbers);
    const [unused, used] = [stream.iterator(), stream.iterator()];
    await used.next();
    await unused.return?.(undefined);
    await used.next();
    await used.next();
    expect(told).toEqual([['stream'], ['chunk', 1], ['chunk', 2], ['end', 'completed']]);
  });
});

it('isStream: what has an iterator and a controller', () => {
  expect(isStream({ iterator: () => {}, controller: {} })).toBe(true);
  for (const value of [null, 'x', [], {}, { iterator: () => {} }, { iterator: 1, controller: {} }]) {
    expect(isStream(value)).toBe(false);
  }
});
