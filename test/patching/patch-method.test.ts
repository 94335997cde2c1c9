import { describe, expect, it } from 'vitest';
import type { Claimant } from '../../src/claims.js';
import type { Method, Replacement } from '../../src/method.js';
import { patchMethod } from '../../src/patching/patch-method.js';

class Base {
  inherited(): string {
    return 'base';
  }
}
const makeClass = () =>
  class Resource extends Base {
    create(a: number, _b?: number): number {
      return a + 1;
    }
    field = 1;
  };

const times =
  (factor: number) =>
  (original: Method): Replacement =>
  (self, args) =>
    Number(original.apply(self, args)) * factor;
const double = times(2);

/** An instrumentation that can be switched off. */
function claimant() {
  let enabled = true;
  return {
    isEnabled: () => enabled,
    enable: () => {
      enabled = true;
    },
    disable: () => {
      enabled = false;
    },
  };
}
const one: Claimant = claimant();

describe('patchMethod', () => {
  it('keeps how the method looks', () => {
    const Resource = makeClass();
    const before = Object.getOwnPropertyDescriptor(Resource.prototype, 'create');

    expect(patchMethod(Resource.prototype, 'create', one, double)).toEqual({
      found: true,
      isPatched: true,
      sharedWithOthers: false,
      tookOver: false,
    });

    const after = Object.getOwnPropertyDescriptor(Resource.prototype, 'create');
    expect(new Resource().create(1)).toBe(4);
    expect({ ...after, value: undefined }).toEqual({ ...before, value: undefined });
    expect(after?.value).toHaveProperty('name', 'create');
    expect(after?.value).toHaveLength(before?.value.length);
    expect(Object.keys(after?.value)).toEqual([]);
  });

  it('wraps once for each claimant, however often it is asked', () => {
    const Resource = makeClass();
    patchMethod(Resource.prototype, 'create', one, double);
    expect(patchMethod(Resource.prototype, 'create', one, double)).toMatchObject({ found: true, tookOver: false });
    expect(new Resource().create(1)).toBe(4);
  });

  it('lets the newest enabled claimant wrap, and none if all are disabled', () => {
    const Resource = makeClass();
    const [older, newer] = [claimant(), claimant()];
    const result = () => new Resource().create(1);

    patchMethod(Resource.prototype, 'create', older, times(10));
    expect(patchMethod(Resource.prototype, 'create', newer, times(100)).tookOver).toBe(true);
    expect(result()).toBe(200);
    newer.disable();
    expect(result()).toBe(20);
    older.disable();
    expect(result()).toBe(2);
    newer.enable();
    expect(result()).toBe(200);
  });

  it('remembers few of a thousand claimants that were disabled, and each that is enabled', () => {
    const Resource = makeClass();
    const result = () => new Resource().create(1);
    patchMethod(Resource.prototype, 'create', claimant(), times(10));
    let asked = 0;
    const restarts = Array.from({ length: 1_000 }, () => {
      const { isEnabled, ...restart } = claimant();
      const counted = { isEnabled: () => ++asked > 0 && isEnabled() };
      patchMethod(Resource.prototype, 'create', counted, times(100));
      restart.disable();
      return restart;
    });

    asked = 0;
    expect(result()).toBe(20);
    expect(asked).toBeLessThan(20);
    restarts.at(-1)?.enable();
    expect(result()).toBe(200);
  });

  it('takes nothing over from a disabled claimant', () => {
    const Resource = makeClass();
    const older = claimant();
    patchMethod(Resource.prototype, 'create', older, double);
    older.disable();
    expect(patchMethod(Resource.prototype, 'create', claimant(), double).tookOver).toBe(false);
  });

  it('wraps an inherited method where it is', () => {
    class Old {
      retry() {
        return 1;
      }
    }
    class Client extends Old {}
    expect(patchMethod(Client.prototype, 'retry', one, double).found).toBe(true);
    expect(Object.hasOwn(Client.prototype, 'retry')).toBe(false);
    expect(new Client().retry()).toBe(2);
  });

  const wrappedByOthers = (original: object) =>
    Object.assign(() => 1, { __original: original, __unwrap: () => {}, __wrapped: true });

  it('tells when another instrumentation has patched the method, before or since', () => {
    const { prototype } = makeClass();
    Object.defineProperty(prototype, 'create', { value: wrappedByOthers(() => 1), configurable: true });
    expect(patchMethod(prototype, 'create', one, double).sharedWithOthers).toBe(true);

    const { prototype: other } = makeClass();
    expect(patchMethod(other, 'create', one, double).sharedWithOthers).toBe(false);
    Object.defineProperty(other, 'create', { value: wrappedByOthers(other.create), configurable: true });
    expect(patchMethod(other, 'create', one, double).sharedWithOthers).toBe(true);
  });

  it('leaves a frozen class as it is, and says so', () => {
    const Resource = makeClass();
    Object.freeze(Resource.prototype);
    expect(patchMethod(Resource.prototype, 'create', one, double)).toMatchObject({ found: true, isPatched: false });
    expect(new Resource().create(1)).toBe(2);
  });

  it.each([undefined, null, 7, 'text', {}, { create: 1 }, Object.create(null)])('finds nothing in %j', (prototype) => {
    expect(patchMethod(prototype, 'create', one, double).found).toBe(false);
  });

  it('leaves an accessor alone', () => {
    const prototype = {
      get create() {
        throw new Error('read');
      },
    };
    expect(patchMethod(prototype, 'create', one, double).found).toBe(false);
  });
});
