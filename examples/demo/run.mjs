/**
 * `npm start`: the application next door, run with its telemetry as any user would run it. Without an `OPENAI_API_KEY` it
 * talks to a pretend API on this machine.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startFakeOpenAI } from '../../test/support/fake-openai/index.mjs';

/** A model takes its time; without, the time line would show nothing. */
const PACE = 'delay-80+chunk-delay-15';

const env = process.env.OPENAI_API_KEY ? realApi() : await fakeApi();
const app = spawn(process.execPath, ['--import', './examples/demo/telemetry.mjs', 'examples/demo/app.mjs'], {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  env: { ...process.env, ...env },
  stdio: 'inherit',
});
const [code] = await once(app, 'exit');
process.exitCode = code ?? 1;

function realApi() {
  console.log(`Talking to ${process.env.OPENAI_BASE_URL || 'https://api.openai.com/v1'}\n`);
  return {};
}

async function fakeApi() {
  const api = await startFakeOpenAI({ unref: true });
  console.log('Talking to a pretend OpenAI API on this machine; set OPENAI_API_KEY for the real one\n');
  return { OPENAI_API_KEY: 'sk-pretend', OPENAI_BASE_URL: api.scenario(PACE) };
}
