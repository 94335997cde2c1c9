import { describe, expect, it } from 'vitest';
import { known } from '../src/known.js';
import { count, fieldsOf, isObject, isThenable, listOf, number, text } from '../src/read.js';

describe('reading what may be anything', () => {
  it('text: a string that says something', () => {
    expect(['a', '', 1, null, undefined, {}].map(text)).toEqual(['a', ...Array(5).fill(undefined)]);
  });

  it('number: a finite one', () => {
    expect([0, -1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', 1n].map(number)).toEqual([
      0,
      -1.5,
      ...Array(4).fill(undefined),
    ]);
  });

  it('count: an integer of zero or more, also as a header has it', () => {
    expect([0, 7, '42', '0042'].map(count)).toEqual([0, 7, 42, 42]);
    for (const value of [-1, 1.5, '', '-1', '1e3', ' 1', '1'.repeat(16), 2 ** 53, null, [1], true]) {
      expect(count(value)).toBeUndefined();
    }
  });

  it('fields and lists: none where there are none', () => {
    const fn = Object.assign(() => {}, { a: 1 });
    expect(fieldsOf(fn).a).toBe(1);
    for (const value of [undefined, null, 1, 'a', Symbol('a')]) {
      expect(fieldsOf(value)).toEqual({});
      expect(isObject(value)).toBe(false);
      expect(isThenable(value)).toBe(false);
    }
    expect(listOf({ length: 1 })).toEqual([]);
    expect(listOf([1])).toEqual([1]);
    // biome-ignore lint/suspicious/noThenProperty: that is what makes it one
    expect(isThenable({ then: () => {} })).toBe(true);
  });

  it('known: the entries that have a value', () => {
    expect(known({ a: 1, b: undefined, c: null, d: 0, e: '' })).toEqual({ a: 1, c: null, d: 0, e: '' });
  });
});
