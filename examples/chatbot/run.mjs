/**
 * Runs the chatbot with its telemetry, and a task server for its tools. Without a key of an API it talks to a pretend one
 * on this machine.
 *
 *     node examples/chatbot/run.mjs
 *     node examples/chatbot/run.mjs --say "hi" --say "list my tasks"
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startFakeOpenAI } from '../../test/support/fake-openai/index.mjs';
import { startTaskServer } from './task-server.mjs';

/** How long a back-end that is away may hold up the exit, in milliseconds. */
const PATIENCE = { OTEL_EXPORTER_OTLP_TIMEOUT: '2000' };

// Ctrl-C is for the chatbot, which then says goodbye to its back-end.
process.on('SIGINT', () => {});

const { origin: TASKS_URL } = await startTaskServer();
const { CEREBRAS_API_KEY, OPENAI_API_KEY } = process.env;
const api = CEREBRAS_API_KEY || OPENAI_API_KEY ? {} : await pretendApi();
const app = spawn(process.execPath, ['--import', './telemetry.mjs', 'chatbot.mjs', ...process.argv.slice(2)], {
  cwd: fileURLToPath(new URL('.', import.meta.url)),
  env: { ...PATIENCE, ...process.env, TASKS_URL, ...api },
  stdio: 'inherit',
});
const [code] = await once(app, 'exit');
process.exitCode = code ?? 1;

async function pretendApi() {
  console.log('Talking to a pretend OpenAI API on this machine. Try "list my tasks", or "add a task: call Ada".');
  const { scenario } = await startFakeOpenAI({ unref: true });
  // A model takes its time.
  return { OPENAI_API_KEY: 'sk-pretend', OPENAI_BASE_URL: scenario('delay-80+chunk-delay-15') };
}
