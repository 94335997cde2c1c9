import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AbandonmentTracker } from '../../src/observe/abandonment-tracker.js';
import { collectGarbage } from '../support/garbage.js';

let tracker: AbandonmentTracker;
beforeEach(() => {
  tracker = new AbandonmentTracker();
});

const listener = () => ({ onAbandoned: vi.fn() });

/** A target that nothing holds but what `hold` keeps of it: made here, so that it stays on no stack. */
function follow(by: ReturnType<typeof listener>, hold: (target: object) => void = () => {}): void {
  const target = {};
  tracker.follow(target, by);
  hold(target);
}

/** Collects garbage until a witness is collected, which was created after all targets, and its callbacks have run. */
async function collected(): Promise<void> {
  // A promise that is awaited at once is released before the registry sees it.
  await turn();
  const witness = listener();
  follow(witness);
  await turn();
  for (let round = 0; round < 100 && witness.onAbandoned.mock.calls.length === 0; round++) {
    collectGarbage();
    await turn();
  }
  expect(witness.onAbandoned).toHaveBeenCalledOnce();
}

describe('a target that is garbage-collected', () => {
  it('is reported to its listener, once', async () => {
    const each = [listener(), listener()];
    for (const by of each) follow(by);
    await collected();
    for (const { onAbandoned } of each) expect(onAbandoned.mock.calls).toEqual([[]]);
    await collected();
    for (const { onAbandoned } of each) expect(onAbandoned).toHaveBeenCalledOnce();
  });

  it('is reported, whenever it was followed', async () => {
    const [first, second] = [listener(), listener()];
    follow(first);
    await collected();
    follow(second);
    await collected();
    expect(first.onAbandoned).toHaveBeenCalledOnce();
    expect(second.onAbandoned).toHaveBeenCalledOnce();
  });

  it('is not reported while something holds it', async () => {
    const by = listener();
    const held: object[] = [];
    follow(by, (target) => held.push(target));
    await collected();
    expect(by.onAbandoned).not.toHaveBeenCalled();
    held.length = 0;
    await collected();
    expect(by.onAbandoned).toHaveBeenCalledOnce();
  });

  it('is not reported if it was released before, at once or later', async () => {
    const [atOnce, later] = [listener(), listener()];
    follow(atOnce);
    tracker.release(atOnce);
    const held: object[] = [];
    follow(later, (target) => held.push(target));
    await turn();
    tracker.release(later);
    held.length = 0;
    await collected();
    expect(atOnce.onAbandoned).not.toHaveBeenCalled();
    expect(later.onAbandoned).not.toHaveBeenCalled();
  });

  it('is not reported if the listener has another target by then', async () => {
    const by = listener();
    const held: object[] = [];
    follow(by);
    await turn();
    follow(by, (target) => held.push(target));
    await collected();
    expect(by.onAbandoned).not.toHaveBeenCalled();
    held.length = 0;
    await collected();
    expect(by.onAbandoned).toHaveBeenCalledOnce();
  });
});

it('keeps a target for the current turn only', async () => {
  const by = listener();
  let target: WeakRef<object> | undefined;
  follow(by, (it) => {
    target = new WeakRef(it);
  });
  await collected();
  expect(target?.deref()).toBeUndefined();
});

it('keeps no listener that was released, though its target lives', async () => {
  const target = {};
  const released = (() => {
    const by = listener();
    tracker.follow(target, by);
    return { ref: new WeakRef(by), release: () => tracker.release(by) };
  })();
  await turn();
  released.release();
  released.release = () => {};
  await turn();
  await collected();
  expect(released.ref.deref()).toBeUndefined();
  expect(target).toEqual({});
});

it('bears the release of a listener that follows nothing', () => {
  expect(() => tracker.release(listener())).not.toThrow();
});
