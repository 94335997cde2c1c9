/**
 * `npm run build && node examples/realtime/run.mjs`: a conversation over the Realtime API, in writing, and what was recorded of
 * it. Without an `OPENAI_API_KEY` it talks to a pretend API on this machine.
 *
 *     node examples/realtime/run.mjs --say "hi" --say "what is the weather in Paris?"
 *
 * Without `--say` it asks for what to say; an empty line ends the conversation. With `--agent` it talks to a voice agent of the
 * Agents SDK, which has a tool and a colleague to hand off to:
 *
 *     node examples/realtime/run.mjs --agent --say "what is the weather in Paris?" --say "transfer me to the travel desk"
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startFakeSockets } from '../../test/support/fake-openai/sockets/index.mjs';

const env = process.env.OPENAI_API_KEY ? {} : await pretendApi();
const given = process.argv.slice(2);
const app = given.includes('--agent') ? 'voice.mjs' : 'chat.mjs';
const said = given.filter((argument) => argument !== '--agent');
const args = ['--import', './examples/realtime/telemetry.mjs', `examples/realtime/${app}`, ...said];
const child = spawn(process.execPath, args, {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  env: { ...process.env, ...env },
  stdio: 'inherit',
});
const [code] = await once(child, 'exit');
process.exitCode = code ?? 1;

async function pretendApi() {
  const { url, ca } = await startFakeSockets({ unref: true, paceMs: 15 });
  console.log('Talking to a pretend Realtime API on this machine; set OPENAI_API_KEY for the real one\n');
  return { OPENAI_API_KEY: 'sk-pretend', OPENAI_BASE_URL: url, REALTIME_CA: ca };
}
