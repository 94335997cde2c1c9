import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PACKAGE_NAME, PACKAGE_VERSION } from '../src/version.js';

it('the package goes by its own name and version', () => {
  const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect({ name, version }).toEqual({ name: PACKAGE_NAME, version: PACKAGE_VERSION });
});
