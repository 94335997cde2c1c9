import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../backends/program.js';
import { childEnv } from '../examples/run-node.js';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { startFakeSockets } from '../support/fake-openai/sockets/index.mjs';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';

const ROOT = new URL('../../', import.meta.url);
const HOME = fileURLToPath(new URL('.cache/exit', ROOT));
const TELEMETRY = ['--import', './telemetry.mjs'];
/** How long an exporter waits for a collector that does not answer. The default is 10 s. */
const EXPORTER_TIMEOUT_MS = '50000';

/** The code under a file's name, in README.md or docs/process-end.md. */
function recipe(name: string): string {
  const page = ['README.md', 'docs/process-end.md'].map((path) => readFileSync(new URL(path, ROOT), 'utf8')).join('\n');
  const code = new RegExp(`\`${name.replace('.', '\\.')}\`\n\n\`\`\`js\n(.*?)^\`\`\``, 'ms').exec(page)?.[1];
  if (!code) throw new Error(`no page has ${name}`);
  return code;
}

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

interface Run {
  args: readonly string[];
  env?: Record<string, string>;
  /** How telemetry is started, if not by the telemetry file of README.md. */
  preload?: readonly string[];
  /** Called once the process has printed something. */
  onOutput?: (child: ReturnType<typeof spawn>) => unknown;
}

async function end({ args, env = {}, onOutput }: Run): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: HOME,
    env: childEnv(env),
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    if (stdout === '') onOutput?.(child);
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const [code, signal] = await once(child, 'close');
  return { code, signal, stdout, stderr };
}

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
const table: string[][] = [];

/** For the application, and for its telemetry if it has any. */
function environment(collector: string): Record<string, string> {
  return {
    OPENAI_API_KEY: 'sk-pretend',
    OPENAI_BASE_URL: api.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_NODE_RESOURCE_DETECTORS: 'env',
  };
}

/** Runs the same without telemetry and with it, side by side. */
async function compare(run: Run): Promise<{ bare: Ended; traced: Ended; spans: number; milliseconds: number }> {
  const collector = await startOtlpReceiver();
  const env = { ...environment(collector.url), ...run.env };
  const started = performance.now();
  const [bare, traced] = await Promise.all([
    end({ ...run, env }),
    end({ ...run, args: [...(run.preload ?? TELEMETRY), ...run.args], env }),
  ]);
  const milliseconds = performance.now() - started;
  await collector.close();
  const spans = collector.spans.filter(({ scope }) => scope.name.includes('openai')).length;
  return { bare, traced, spans, milliseconds };
}

function note(ending: string, { traced, spans }: { traced: Ended; spans: number }) {
  table.push([ending, traced.signal ?? `exit ${traced.code}`, `${spans}`]);
}

const signalled = (signal: NodeJS.Signals) => (child: ReturnType<typeof spawn>) => child.kill(signal);

beforeAll(async () => {
  api = await startFakeOpenAI();
  mkdirSync(HOME, { recursive: true });
  copyFileSync(new URL('endings.mjs', import.meta.url), join(HOME, 'endings.mjs'));
  for (const name of ['telemetry.mjs', 'exit.mjs', 'function.mjs']) writeFileSync(join(HOME, name), recipe(name));
});

afterAll(async () => {
  await api.close();
  console.log(
    table.map(([ending = '', how = '', spans]) => `${ending.padEnd(54)}${how.padEnd(10)}${spans}`).join('\n'),
  );
});

describe('with flushOnExit(), a process ends as without telemetry and its spans are sent', () => {
  it.each([
    { ending: 'natural', code: 0 },
    { ending: 'exit code', code: 3 },
    { ending: 'rejected top-level await', code: 1 },
    { ending: 'rejected top-level await, with a handler for rejections', code: 1 },
    { ending: 'unsettled top-level await', code: 13 },
    { ending: 'unhandled rejection', code: 1 },
    { ending: 'uncaught, handled by the application', code: 0 },
    { ending: 'two rejections', code: 1 },
    { ending: 'an error that is monitored', code: 1 },
    { ending: 'a stream that nobody reads', code: 0, spans: 2 },
    { ending: 'worker', code: 0, spans: 2 },
    { ending: 'error in a worker', code: 0, spans: 2 },
  ])('$ending: exit code $code', async ({ ending, code, spans = 1 }) => {
    const outcome = await compare({ args: ['endings.mjs'], env: { ENDING: ending } });
    note(ending, outcome);
    expect(outcome.traced).toEqual(outcome.bare);
    expect(outcome).toMatchObject({ spans, traced: { code, signal: null } });
  });

  it('uncaught error: exit code 1, and the stack of the error', async () => {
    const outcome = await compare({ args: ['endings.mjs'], env: { ENDING: 'uncaught error' } });
    note('uncaught error', outcome);
    // The line of code above the stack is not the one that threw, but its place is.
    const place = ({ stderr }: Ended) => [stderr.split('\n')[0]?.replace(/\d+$/, ''), stderr.replace(/^.*?\^\n/s, '')];
    expect(place(outcome.traced)).toEqual(place(outcome.bare));
    expect(outcome).toMatchObject({ spans: 1, traced: { code: 1, signal: null, stdout: '' } });
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s: by that signal', async (signal) => {
    const outcome = await compare({ args: ['endings.mjs'], env: { ENDING: 'signal' }, onOutput: signalled(signal) });
    note(signal, outcome);
    expect(outcome.traced).toEqual(outcome.bare);
    expect(outcome).toMatchObject({ spans: 1, traced: { code: null, signal } });
  });

  it('SIGTERM with a stream that nobody reads: its span ends, too', async () => {
    const ending = 'a stream that nobody reads, and a signal';
    const outcome = await compare({ args: ['endings.mjs'], env: { ENDING: ending }, onOutput: signalled('SIGTERM') });
    note(ending, outcome);
    expect(outcome.traced).toEqual(outcome.bare);
    expect(outcome).toMatchObject({ spans: 2, traced: { signal: 'SIGTERM' } });
  });

  it('SIGTERM with a WebSocket session that is open: it ends, and its response', async () => {
    const sockets = await startFakeSockets({ tls: false });
    const ending = 'a session that is open, and a signal';
    const env = { ENDING: ending, SOCKETS_URL: sockets.url };
    const outcome = await compare({ args: ['endings.mjs'], env, onOutput: signalled('SIGTERM') });
    await sockets.close();
    note(ending, outcome);
    expect(outcome.traced).toEqual(outcome.bare);
    expect(outcome).toMatchObject({ spans: 3, traced: { signal: 'SIGTERM', stderr: '' } });
  });

  it.each([
    { ending: 'signal, handled by the application', spans: 1 },
    // The library ends the process at once.
    { ending: 'signal, handled by a library that counts listeners', spans: 0 },
  ])('$ending: as the handler decides', async ({ ending, spans }) => {
    const outcome = await compare({ args: ['endings.mjs'], env: { ENDING: ending }, onOutput: signalled('SIGTERM') });
    note(ending, outcome);
    expect(outcome.traced).toEqual(outcome.bare);
    expect(outcome.spans).toBe(spans);
  });

  it('/auto: SIGTERM', async () => {
    const sdk = fileURLToPath(new URL('test/support/bare-sdk.mjs', ROOT));
    const outcome = await compare({
      args: ['endings.mjs'],
      env: { ENDING: 'signal' },
      preload: ['--import', sdk, '--import', 'opentelemetry-instrumentation-openai/auto'],
      onOutput: signalled('SIGTERM'),
    });
    note('SIGTERM, with /auto', outcome);
    expect(outcome.traced).toEqual(outcome.bare);
    expect(outcome).toMatchObject({ spans: 1, traced: { code: null, signal: 'SIGTERM' } });
  });

  it('keeps other listeners, and adds its own once', async () => {
    const count = `
      import { flushOnExit } from 'opentelemetry-instrumentation-openai';
      const count = () => ['SIGINT', 'SIGTERM', 'SIGHUP', 'beforeExit', 'uncaughtException'].map((event) => process.listenerCount(event));
      flushOnExit(); const once = count(); flushOnExit();
      console.log(String(once), String(once) === String(count()));`;
    const { stdout } = await end({ args: ['--input-type=module', '--eval', count] });
    expect(stdout).toBe('1,1,1,1,1 true\n');
  });
});

// These wait for most of their time.
describe.concurrent('with a collector that does not answer, the end is not delayed for as long as the exporter waits', () => {
  it.each([
    { ending: 'natural' },
    { ending: 'exit code' },
    { ending: 'rejected top-level await' },
    { ending: 'signal', onOutput: signalled('SIGTERM') },
  ])('$ending', async ({ ending, ...run }) => {
    const silent = await startOtlpReceiver({ respond: () => ({ delayMs: 120_000 }) });
    const env = {
      ENDING: ending,
      OTEL_EXPORTER_OTLP_ENDPOINT: silent.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: EXPORTER_TIMEOUT_MS,
      OTEL_BSP_EXPORT_TIMEOUT: EXPORTER_TIMEOUT_MS,
    };
    const outcome = await compare({ args: ['endings.mjs'], env, ...run });
    await silent.close();
    note(`${ending}, collector does not answer`, outcome);
    expect(silent.requests).toHaveLength(1);
    expect(outcome.traced).toEqual(outcome.bare);
    expect(outcome.milliseconds).toBeLessThan(Number(EXPORTER_TIMEOUT_MS));
  });
});

it('work that the application does in beforeExit is not cut off by a collector that does not answer', async () => {
  const silent = await startOtlpReceiver({ respond: () => ({ delayMs: 120_000 }) });
  const limits = { OTEL_EXPORTER_OTLP_TIMEOUT: '4000', OTEL_BSP_EXPORT_TIMEOUT: '4000' };
  const env = { ENDING: 'work in beforeExit', OTEL_EXPORTER_OTLP_ENDPOINT: silent.url, ...limits };
  const { bare, traced } = await compare({ args: ['endings.mjs'], env });
  await silent.close();
  expect(traced.stdout).toBe('saved\n');
  expect(traced).toEqual(bare);
});

it('an error in an exit listener ends the process as without telemetry', async () => {
  const { bare, traced } = await compare({ args: ['endings.mjs'], env: { ENDING: 'error in an exit listener' } });
  expect([bare.code, traced.code]).toEqual([1, 1]);
  expect(traced.stderr).toContain('Error: late');
});

it('an error stays an error if the application calls process.exit() before the flush has ended', async () => {
  const silent = await startOtlpReceiver({ respond: () => ({ delayMs: 120_000 }) });
  const env = { ENDING: 'process.exit() after an error', OTEL_EXPORTER_OTLP_ENDPOINT: silent.url };
  const { bare, traced } = await compare({ args: ['endings.mjs'], env });
  await silent.close();
  expect([bare.code, traced.code]).toEqual([1, 1]);
  expect(traced.stderr).toMatch(/^Error: uncaught\n {4}at /);
});

describe('docs/process-end.md', () => {
  it('server.mjs ends after SIGTERM with exit code 0, and the span of its call is sent', async () => {
    const { port } = await freePorts('port');
    writeFileSync(
      join(HOME, 'listening-server.mjs'),
      `${recipe('server.mjs').replace('3000', String(port))}
server.once('listening', () => console.log('listening'));`,
    );
    const collector = await startOtlpReceiver();
    let answer: string | undefined;
    const ended = await end({
      args: [...TELEMETRY, 'listening-server.mjs'],
      env: environment(collector.url),
      onOutput: async (child) => {
        answer = await (await fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } })).text();
        child.kill('SIGTERM');
      },
    });
    await collector.close();
    expect(answer).toContain('hello');
    expect(ended).toEqual({ code: 0, signal: null, stdout: 'listening\n', stderr: '' });
    expect(collector.spans).toHaveLength(1);
  });

  it('exit.mjs sends the span of the failed call before process.exit()', async () => {
    const outcome = await compare({ args: ['exit.mjs'], env: { OPENAI_BASE_URL: `${api.url}/nowhere` } });
    note('process.exit() after flush()', outcome);
    expect(outcome.traced).toEqual(outcome.bare);
    expect(outcome).toMatchObject({ spans: 1, traced: { code: 3 } });
  });

  it('function.mjs sends its span with each invocation, before the process is frozen', async () => {
    const collector = await startOtlpReceiver();
    const invoke = `
      import { handler } from './function.mjs';
      for (const question of ['one', 'two']) console.log(JSON.stringify(await handler({ question })));
      process.kill(process.pid, 'SIGKILL');`;
    const ended = await end({
      args: [...TELEMETRY, '--input-type=module', '--eval', invoke],
      env: environment(collector.url),
    });
    await collector.close();
    expect(ended.signal).toBe('SIGKILL');
    expect(ended.stdout.trim().split('\n')).toHaveLength(2);
    expect(collector.spans).toHaveLength(2);
    table.push(['frozen after each invocation', 'SIGKILL', '2']);
  });
});
