import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { CHILD_TIMEOUT_MS } from '../support/limits.mjs';

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL('app/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.cache/agents-sdk/', import.meta.url));

async function runCopies(args: string[], folder = FOLDER) {
  const fake = await startFakeOpenAI();
  try {
    const { stdout, stderr } = await run(
      process.execPath,
      ['--import', `${FOLDER}telemetry.mjs`, `${FOLDER}copies.mjs`, fake.url, ...args],
      {
        cwd: folder,
        env: { PATH: process.env.PATH, DRESS: 'instrumented', OTEL_LOG_LEVEL: 'warn' },
        timeout: CHILD_TIMEOUT_MS,
      },
    );
    const lines = stdout.trim().split('\n');
    return {
      ...(JSON.parse(lines.pop() ?? '') as { tree: string; open: number }),
      said: [...lines, stderr].join('\n'),
    };
  } finally {
    await fake.close();
  }
}

/** An older version, kept for the next time. `undefined` if it cannot be had. */
async function install(version: string): Promise<string | undefined> {
  const folder = `${CACHE}${version}/`;
  if (!existsSync(`${folder}node_modules/@openai/agents`)) {
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}package.json`, JSON.stringify({ private: true }));
    const args = ['install', '--no-audit', '--no-fund', `@openai/agents@${version}`, 'zod@4'];
    await run('npm', args, { cwd: folder, timeout: CHILD_TIMEOUT_MS }).catch(() => {});
  }
  return existsSync(`${folder}node_modules/@openai/agents`) ? `${folder}package.json` : undefined;
}

function nested(name: string): string {
  return [
    'invoke_workflow Agent workflow',
    `  invoke_agent ${name}`,
    '    chat gpt-4.1-mini',
    '    execute_tool weather',
    '      db query',
    '    chat gpt-4.1-mini',
    '',
  ].join('\n');
}

/** Installing takes a network and a while: only where that is asked for, as CI does. */
const older = describe.runIf(process.env.OLDER_SDKS);
if (!process.env.OLDER_SDKS)
  console.warn('SKIPPED: older versions of @openai/agents; set OLDER_SDKS=1 to install them');

describe('copies of the SDK', () => {
  it('as ES modules and as CommonJS, in one process and at once', async () => {
    const { tree, open } = await runCopies([]);
    expect([nested('esm') + nested('cjs'), nested('cjs') + nested('esm')]).toContain(tree);
    expect(open).toBe(0);
  });
});

older('older versions of the SDK', () => {
  it.each(['0.3.8', '0.11.4'])('%s, whose storage is known by its symbol alone', async (version) => {
    const from = await install(version);
    if (!from) return console.warn(`SKIPPED: @openai/agents ${version} could not be had from the registry`);
    expect(await runCopies([from])).toMatchObject({ tree: nested('old'), open: 0 });
  });

  it.each(['0.3.7'])('%s, too old to nest: the spans without the nesting, and one warning', async (version) => {
    const from = await install(version);
    if (!from) return console.warn(`SKIPPED: @openai/agents ${version} could not be had from the registry`);
    const { tree, open, said } = await runCopies([from]);
    expect(
      tree
        .split('\n')
        .map((line) => line.trim())
        .sort(),
    ).toEqual(
      nested('old')
        .split('\n')
        .map((line) => line.trim())
        .sort(),
    );
    expect(tree).toMatch(/^invoke_workflow Agent workflow\n {2}invoke_agent old\n {4}execute_tool weather\n/m);
    expect(open).toBe(0);
    expect(said.match(/is too old, or too new/g)).toHaveLength(1);
  });
});
