import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SDK_PACKAGES, SUPPORTED_VERSIONS } from '../../src/packages.js';
import { otherSdks } from '../compat/other-sdks.mjs';

describe('the SDKs of other providers', () => {
  it('are those of the option packages', () => {
    expect(['openai', ...otherSdks.map(({ name }) => name)]).toEqual(SDK_PACKAGES);
  });

  it.each(otherSdks)('$name is in docs/providers.md with the versions that are tested', ({ name, versions }) => {
    const page = readFileSync(new URL('../../docs/providers.md', import.meta.url), 'utf8');
    const supported = SUPPORTED_VERSIONS[name as keyof typeof SUPPORTED_VERSIONS];
    expect(page).toContain(`| \`${name}\` | ${supported} |`);
    const [oldest = '', newest = ''] = supported.split(' to ');
    expect(versions).toEqual([expect.stringMatching(`^${oldest}\\.`), expect.stringMatching(`^${newest}\\.`)]);
  });
});
