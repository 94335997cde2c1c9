/**
 * `npm run build && node examples/agents/run.mjs`: the assistant next door with its telemetry. Without an `OPENAI_API_KEY`
 * it talks to a pretend API on this machine.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startFakeOpenAI } from '../../test/support/fake-openai/index.mjs';

/** A model takes its time; without, the time line would show nothing. */
const PACE = 'delay-60+chunk-delay-10';

const env = process.env.OPENAI_API_KEY ? {} : await fakeApi();
const app = spawn(process.execPath, ['--import', './examples/agents/telemetry.mjs', 'examples/agents/app.mjs'], {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  env: { ...process.env, ...env },
  stdio: 'inherit',
});
const [code] = await once(app, 'exit');
process.exitCode = code ?? 1;

async function fakeApi() {
  const api = await startFakeOpenAI({ unref: true });
  console.log('Talking to a pretend OpenAI API on this machine; set OPENAI_API_KEY for the real one\n');
  return { OPENAI_API_KEY: 'sk-pretend', OPENAI_BASE_URL: api.scenario(PACE) };
}
