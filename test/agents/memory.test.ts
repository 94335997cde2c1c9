import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';

const run = promisify(execFile);
const env = { PATH: process.env.PATH };
const app = (name: string) => fileURLToPath(new URL(`app/${name}`, import.meta.url));

it('keeps nothing of a thousand runs, some failing, some abandoned, nor of many in one trace', async () => {
  const fake = await startFakeOpenAI();
  const args = ['--expose-gc', app('memory.mjs'), fake.url];
  const { stdout } = await run(process.execPath, args, { env, timeout: 170_000 });
  await fake.close();
  const { started, ended, alive, kept, grownBy, grownInOneTrace } = JSON.parse(stdout);
  expect(started).toBeGreaterThan(3_000);
  expect(ended).toBe(started);
  expect(kept).toBe(100);
  // Results that are kept hold no span. The one whose class was asked for, and those that the last contexts in use still hold.
  expect(alive).toBeLessThan(50);
  expect(grownBy).toBeLessThan(4_000_000);
  // The answers alone are 8 MB.
  expect(grownInOneTrace).toBeLessThan(2_000_000);
}, 180_000);

it('keeps no copy of the SDKs that was reloaded', async () => {
  const args = ['--expose-gc', app('reloads.mjs')];
  const { stdout } = await run(process.execPath, args, { env, timeout: 50_000 });
  const { reloads, spans, agents, openai } = JSON.parse(stdout);
  expect(spans).toBe(2 * reloads);
  // The last ones can still be in use.
  expect(agents).toBeLessThanOrEqual(2);
  expect(openai).toBeLessThanOrEqual(2);
}, 60_000);
