import { describe, expect, it } from 'vitest';
import { localHome } from './local.mjs';
import { launches, otherSdkFault, otherSdks } from './other-sdks.mjs';
import { runApp } from './run-app.mjs';

/** Those that are installed here; `npm run test:compat` runs all. */
const installed = otherSdks.filter(({ name }) => /groq|cerebras/.test(name));

describe.each(installed)('$name', (sdk) => {
  it.each(['cjs', 'auto'] as const)('is traced, and the application sees no difference (%s)', async (start) => {
    const home = await localHome('6', 'matrix');
    const [bare, traced] = await Promise.all(launches(sdk, start, { node: process.execPath, home }).map(runApp));
    if (!bare || !traced) throw new Error('no run');
    expect(otherSdkFault(sdk, bare, traced)).toBeUndefined();
  });
});

it('the SDKs of other providers are not traced by /auto if the variable names others', async () => {
  const [sdk] = installed;
  if (!sdk) throw new Error('no SDK');
  const home = await localHome('6', 'matrix');
  const [, traced] = launches(sdk, 'auto', { node: process.execPath, home });
  if (!traced) throw new Error('no launch');
  const env = { ...traced.env, OTEL_INSTRUMENTATION_OPENAI_PACKAGES: 'openai' };
  const { spans, shown } = await runApp({ ...traced, env });
  expect(spans).toEqual([]);
  expect(shown).toMatch(/^exit 0\n/);
});
