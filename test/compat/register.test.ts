import { existsSync } from 'node:fs';
import { cp, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { furnish } from './home.mjs';
import { localHome } from './local.mjs';
import { runApp } from './run-app.mjs';
import { fault } from './verdict.mjs';

const REGISTER = ['--import', 'opentelemetry-instrumentation-openai/register'];
const OTEL_HOOK = ['--import', './register-otel.mjs'];
const OTEL_LOADER = ['--experimental-loader', '@opentelemetry/instrumentation/hook.mjs'];
const TELEMETRY = ['--import', './telemetry.mjs'];
const ROOT = new URL('../../', import.meta.url);

/** Node.js 20 runs the hooks in a thread, later ones in the application's. */
const nodes = [process.execPath, ...(process.env.NODE24 ? [process.env.NODE24] : [])];

describe.each(nodes)('an ES module application on %s', (node) => {
  it.each([
    ['registers in its telemetry file', [], []],
    ['registers by a flag of its own, too', REGISTER, []],
    ['comes after the hook of OpenTelemetry', OTEL_HOOK, []],
    ['comes before the hook of OpenTelemetry', [], OTEL_HOOK],
    ['comes after that hook as a loader', OTEL_LOADER, []],
  ])('is traced and sees no difference when it %s', async (_, before, after) => {
    const home = await localHome('6', 'register');
    // With the same hooks: their own warnings are not ours.
    const bare = await runApp({ node, home, args: [...before, ...after, 'app.mjs'] });
    const traced = await runApp({ node, home, args: [...before, ...TELEMETRY, ...after, 'app.mjs'] });
    expect(fault(bare, traced)).toBeUndefined();
  });

  let home: string;
  beforeAll(async () => {
    home = await localHome('6', 'packages');
    const lazy = join(home, 'lazily-set.mjs');
    await writePackage(home, 'lazy-dependency', 'index.mjs', (file) => cp(lazy, file));
    for (const name of ['other-sdk', 'pg']) {
      await writePackage(home, name, 'index.mjs', (file) => writeFile(file, "export let work = () => 'done';\n"));
    }
    await writePackage(home, 'loads-openai', 'index.cjs', (file) =>
      writeFile(file, "exports.load = () => import('openai');\n"),
    );
    await copySdk('4', join(home, 'node_modules', 'old'));
  });

  it('keeps late assignments of its modules and dependencies, and another instrumentation works', async () => {
    const bare = await runApp({ node, home, args: ['lazy.mjs'] });
    const traced = await runApp({ node, home, args: ['--import', './telemetry-other.mjs', 'lazy.mjs'] });
    expect(fault(bare, traced)).toBeUndefined();
    expect(bare.shown).toContain('true hello\ntrue hello\ndone\n');
    expect(traced.spans.filter(({ scope }) => scope.name === 'other-instrumentation')).toHaveLength(1);
  });

  it('may have created other instrumentations before the hooks', async () => {
    const bare = await runApp({ node, home, args: ['early.mjs'] });
    const traced = await runApp({ node, home, args: ['--import', './telemetry-early.mjs', 'early.mjs'] });
    expect(fault(bare, traced)).toBeUndefined();
    expect(traced.spans.filter(({ scope }) => scope.name === 'other-instrumentation')).toHaveLength(1);
  });

  it('may have openai 4 under another name', async () => {
    const bare = await runApp({ node, home, args: ['alias.mjs'] });
    const traced = await runApp({ node, home, args: [...TELEMETRY, 'alias.mjs'] });
    expect(fault(bare, traced)).toBeUndefined();
  });

  it('is traced if it is CommonJS and a dependency imports openai', async () => {
    const bare = await runApp({ node, home, args: ['dynamic.cjs'] });
    const preloads = [
      TELEMETRY,
      [...REGISTER, '--require', './telemetry.cjs'],
      [...REGISTER, '--import', './telemetry.cjs'],
    ];
    for (const preload of preloads) {
      const traced = await runApp({ node, home, args: [...preload, 'dynamic.cjs'] });
      expect(fault(bare, traced)).toBeUndefined();
    }
  });

  it('is traced if pnpm installed openai', async () => {
    const pnpm = fileURLToPath(new URL('.cache/compat/local/pnpm', ROOT));
    const store = join(pnpm, 'node_modules', '.pnpm', 'openai@6', 'node_modules', 'openai');
    await copySdk('6', store);
    const link = join(pnpm, 'node_modules', 'openai');
    if (!existsSync(link)) await symlink(store, link);
    await furnish(pnpm);

    const bare = await runApp({ node, home: pnpm, args: ['app.mjs'] });
    const traced = await runApp({ node, home: pnpm, args: [...TELEMETRY, 'app.mjs'] });
    expect(fault(bare, traced)).toBeUndefined();
  });
});

async function writePackage(home: string, name: string, main: string, write: (file: string) => Promise<unknown>) {
  const folder = join(home, 'node_modules', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', exports: `./${main}` }));
  await write(join(folder, main));
}

/** A link would lead Node.js to the original folder, and to its name. */
async function copySdk(major: string, target: string): Promise<void> {
  if (existsSync(target)) return;
  const from = dirname(createRequire(new URL(`test/sdk/${major}/package.json`, ROOT)).resolve('openai'));
  const partial = `${target}.${process.pid}`;
  await cp(from, partial, { recursive: true, filter: (file) => !/(?:\.map|\.d\.m?ts|\/src)$/.test(file) });
  await rename(partial, target);
}
