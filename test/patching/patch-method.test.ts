import { describe, expect, it } from 'vitest';
import type { Method } from '../../src/method.js';
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

const double = (original: Method): Method =>
  function (...args) {
    return Number(original.apply(this, args)) * 2;
  };

describe('patchMethod', () => {
  it('wraps a method that looks as before', () => {
    const Resource = makeClass();
    const before = Object.getOwnPropertyDescriptor(Resource.prototype, 'create');

    expect(patchMethod(Resource.prototype, 'create', double)).toBe('patched');

    const after = Object.getOwnPropertyDescriptor(Resource.prototype, 'create');
    expect(new Resource().create(1)).toBe(4);
    expect({ ...after, value: undefined }).toEqual({ ...before, value: undefined });
    expect(after?.value).toHaveProperty('name', 'create');
    expect(after?.value).toHaveLength(before?.value.length);
    expect(Object.keys(after?.value)).toEqual([]);
  });

  it('wraps it once, however often', () => {
    const Resource = makeClass();
    patchMethod(Resource.prototype, 'create', double);
    expect(patchMethod(Resource.prototype, 'create', double)).toBe('already patched');
    expect(new Resource().create(1)).toBe(4);
  });

  it('wraps an inherited method where it is', () => {
    class Old {
      retry() {
        return 1;
      }
    }
    class Client extends Old {}
    expect(patchMethod(Client.prototype, 'retry', double)).toBe('patched');
    expect(Object.hasOwn(Client.prototype, 'retry')).toBe(false);
    expect(new Client().retry()).toBe(2);
  });

  it('says when another instrumentation was there first', () => {
    const Resource = makeClass();
    const wrapped = Object.assign(() => 1, { __original: () => 1, __unwrap: () => {}, __wrapped: true });
    Object.defineProperty(Resource.prototype, 'create', { value: wrapped, configurable: true });
    expect(patchMethod(Resource.prototype, 'create', double)).toBe('patched over another');
  });

  it.each([undefined, null, 7, 'text', {}, { create: 1 }, Object.create(null)])('finds nothing in %j', (prototype) => {
    expect(patchMethod(prototype, 'create', double)).toBe('missing');
  });

  it('leaves an accessor alone', () => {
    const prototype = {
      get create() {
        throw new Error('read');
      },
    };
    expect(patchMethod(prototype, 'create', double)).toBe('missing');
  });
});
