import { afterEach, expect, it } from 'vitest';
import { known, merge } from '../src/known.js';
import { override } from '../src/observe/override.js';

// Some old libraries do this to every object of a process.
const inherited: Record<string, unknown> = Object.prototype as never;
const POLLUTION = { nonsense: 'x', toJSON: () => 'nonsense' };

afterEach(() => {
  for (const name of Object.keys(POLLUTION)) delete inherited[name];
});

it('what an object inherits is not taken for its own', () => {
  const target = { run: () => 1 };
  Object.assign(inherited, POLLUTION);
  expect(Object.keys(merge({ a: 1 }, undefined, { b: undefined, c: 3 }))).toEqual(['a', 'c']);
  expect(Object.keys(known({ a: 1, b: undefined }))).toEqual(['a']);
  override(target, { run: () => 2 });
  expect(Object.keys(target)).toEqual(['run']);
  expect(target.run()).toBe(2);
});
