import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';

const READY = /http:\/\/(?:localhost|127\.0\.0\.1):(\d+)/;
const START_TIMEOUT_MS = 60_000;

/**
 * Builds the Next.js application, starts it, and asks it a question.
 *
 * @param {string} home
 * @returns {Promise<string | undefined>} What is wrong.
 */
export async function runNext(home) {
  const [api, collector] = await Promise.all([startFakeOpenAI(), startOtlpReceiver()]);
  const env = {
    ...process.env,
    NEXT_TELEMETRY_DISABLED: '1',
    OPENAI_API_KEY: 'sk-pretend',
    OPENAI_BASE_URL: api.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_NODE_RESOURCE_DETECTORS: 'env',
  };
  const options = { cwd: home, env };
  await new Promise((resolve, reject) => {
    execFile('npm', ['run', 'next-build'], { ...options, timeout: 300_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`next build failed\n${stdout}\n${stderr}`));
      else resolve(undefined);
    });
  });

  const next = 'node_modules/next/dist/bin/next';
  const server = spawn(process.execPath, [next, 'start', 'next', '--hostname', '127.0.0.1', '--port', '0'], options);
  try {
    const port = await portOf(server.stdout);
    const reply = await fetch(`http://127.0.0.1:${port}/api/chat`, {
      method: 'POST',
      body: JSON.stringify({ question: 'hi' }),
    });
    const { answer } = await reply.json();
    if (answer !== 'You said: hi') return `the application answers ${reply.status} ${answer}`;
    await collector.waitForSpans(1);
    // Next.js makes spans of its own.
    const found = () => collector.spans.find(({ name }) => name === 'chat gpt-4o-mini');
    for (let tries = 0; tries < 50 && !found(); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
    return found() ? undefined : `no span of the call, but ${collector.spans.map(({ name }) => name).join(', ')}`;
  } finally {
    server.kill();
    await once(server, 'exit');
    await Promise.all([api.close(), collector.close()]);
  }
}

/** @param {import('node:stream').Readable} output */
async function portOf(output) {
  const timer = setTimeout(() => output.destroy(), START_TIMEOUT_MS);
  try {
    for await (const line of createInterface(output)) {
      const port = READY.exec(line)?.[1];
      if (port) return port;
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error('Next.js does not start');
}
