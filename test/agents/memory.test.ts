import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';

it('keeps nothing of a thousand runs, some failing, some abandoned, nor of many in one trace', async () => {
  const fake = await startFakeOpenAI();
  const script = fileURLToPath(new URL('app/memory.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, fake.url], {
    env: { PATH: process.env.PATH },
    timeout: 170_000,
  });
  await fake.close();
  const { started, ended, alive, grownBy, grownInOneTrace } = JSON.parse(stdout);
  expect(started).toBeGreaterThan(3_000);
  expect(ended).toBe(started);
  // The one whose class was asked for, and those that the last contexts in use still hold.
  expect(alive).toBeLessThan(50);
  expect(grownBy).toBeLessThan(4_000_000);
  // The answers alone are 8 MB.
  expect(grownInOneTrace).toBeLessThan(2_000_000);
}, 180_000);
