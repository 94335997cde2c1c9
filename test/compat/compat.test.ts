import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { localHome } from './local.mjs';
import { moduleSystem } from './module-systems.mjs';
import { runApp } from './run-app.mjs';
import { fault } from './verdict.mjs';

const nodeMajor = Number.parseInt(process.versions.node, 10);

/** What of the whole matrix (`npm run test:compat`) needs nothing that is not installed here. */
const cells = [
  ...['4', '5', '6', '7'].flatMap((openai) => [
    { openai, system: 'cjs' },
    { openai, system: 'esm' },
  ]),
  { openai: '4', system: 'mixed' },
  { openai: '6', system: 'mixed' },
  { openai: '4', system: 'majors' },
  { openai: '5', system: 'subpaths' },
  { openai: '5', system: 'subpaths-cjs' },
  { openai: '6', system: 'strip-types' },
];

describe.each(cells)('openai $openai, $system', ({ openai, system }) => {
  const { app, telemetry, without } = moduleSystem(system);
  const reason =
    Number(openai) >= 7 && nodeMajor < 22
      ? 'openai 7 needs Node.js 22'
      : without?.({ openai: Number(openai), node: process.versions.node });

  it.skipIf(reason)('traces every call, and the application sees no difference', async () => {
    const home = await localHome(openai, 'matrix');
    const other = await localHome('6', 'matrix');
    const env = { OTHER_SDK: pathToFileURL(join(other, 'sdk.mjs')).href };
    const launch = { node: process.execPath, home, env };
    const bare = await runApp({ ...launch, args: app });
    const traced = await runApp({ ...launch, args: [...telemetry, ...app] });
    expect(fault(bare, traced)).toBeUndefined();
  });
});
