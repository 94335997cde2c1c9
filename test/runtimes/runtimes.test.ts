import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../backends/program.js';
import { childEnv } from '../examples/run-node.js';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';
import { bundleWorker, type Runtimes, runtimes, workerdConfig } from './provision.mjs';

const available = await runtimes().catch((error: Error) => {
  console.log(`SKIPPED: ${error.message}`);
  return undefined;
});

/** The rows of docs/runtimes.md that were seen to hold. */
const PAGE = readFileSync(new URL('../../docs/runtimes.md', import.meta.url), 'utf8');

const CALLS = [
  'answer: You said: Say hello to Ada',
  'stream: You said: Say hello to Ada',
  'break: chat.completion.chunk',
  'error: BadRequestError',
  'span chat gpt-4o-mini, status 0',
  'span chat gpt-4o-mini, status 0 completed',
  'span chat gpt-4o-mini, status 0 cancelled',
  'span embeddings text-embedding-3-small, status 2 BadRequestError',
];

describe.skipIf(!available)('docs/runtimes.md', () => {
  const { home, binaries } = available as Runtimes;
  const commands = { Bun: [binaries.bun, 'run'], Deno: [binaries.deno, 'run', '--allow-all'] };
  let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
  beforeAll(async () => {
    api = await startFakeOpenAI();
  });
  afterAll(() => api.close());

  function documented(row: string, runtime: string): string | undefined {
    const cells = (line: string | undefined) => line?.split('|').map((cell) => cell.trim()) ?? [];
    const lines = PAGE.split('\n').filter((line) => line.startsWith('|'));
    return cells(lines.find((line) => cells(line)[1] === row))[cells(lines[0]).indexOf(runtime)];
  }

  /** Runs an application, and sends it a signal once it has printed something. */
  async function run(runtime: keyof typeof commands, file: string, env = {}, signal?: NodeJS.Signals) {
    const collector = await startOtlpReceiver();
    const [command = '', ...args] = commands[runtime];
    const child = spawn(command, [...args, file], {
      cwd: home,
      timeout: 60_000,
      env: childEnv({
        OPENAI_API_KEY: 'sk-pretend',
        OPENAI_BASE_URL: api.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        ...env,
      }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
      if (signal) child.kill(signal);
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    const [code, killedBy] = await once(child, 'close');
    await collector.close();
    return { code: killedBy ?? code, stdout, stderr, spans: collector.spans.length };
  }

  describe.each(['Bun', 'Deno'] as const)('%s', (runtime) => {
    it('manuallyInstrument: calls, streams, a break and an error', async () => {
      const { stdout, stderr } = await run(runtime, 'manual.mjs');
      expect(stderr).toBe('');
      expect(stdout.trim().split('\n')).toEqual(CALLS);
      expect(documented('`manuallyInstrument(OpenAI)`', runtime)).toBe('yes');
    });

    it.each([
      ['`require("openai")`, found automatically', 'require.cjs', {}, undefined],
      ['`import` of `openai`, found automatically', 'import.mjs', {}, undefined],
      ['`flushOnExit()`, an uncaught error', 'require.cjs', { ENDING: 'error' }, undefined],
      ['`flushOnExit()`, SIGTERM', 'require.cjs', { ENDING: 'signal' }, 'SIGTERM'],
    ] as const)('%s', async (row, file, env, signal) => {
      const { code, stdout, spans } = await run(runtime, file, env, signal);
      expect(stdout).toBe('answer 1\n');
      expect(code).toBe(signal ?? ('ENDING' in env ? 1 : 0));
      expect(documented(row, runtime)).toBe(spans === 1 ? 'yes' : 'no');
    });
  });

  it('workerd: manuallyInstrument with calls, streams, a break and an error', async () => {
    await bundleWorker({ home, binaries });
    const { port } = await freePorts('port');
    await writeFile(join(home, 'config.capnp'), workerdConfig(api.url, port));
    const server = spawn(binaries.workerd, ['serve', 'config.capnp'], { cwd: home, stdio: 'inherit' });
    try {
      const text = await firstAnswer(`http://127.0.0.1:${port}`);
      expect(text.split('\n')).toEqual(CALLS);
      expect(documented('`manuallyInstrument(OpenAI)`', 'workerd')).toBe('yes');
    } finally {
      server.kill('SIGKILL');
    }
  });
});

/** Asks until the server listens. */
async function firstAnswer(url: string): Promise<string> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      return await (await fetch(url)).text();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`${url} does not answer`);
}
