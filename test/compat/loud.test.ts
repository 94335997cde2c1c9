import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { context, type DiagLogger, diag } from '@opentelemetry/api';
import { core, NodeSDK, tracing } from '@opentelemetry/sdk-node';
import OpenAI from 'openai';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { localHome } from './local.mjs';
import { type Outcome, runApp } from './run-app.mjs';
import { fault } from './verdict.mjs';

/** What the instrumentation said, a line each. */
function said({ warnings }: Outcome): string[] {
  return warnings.split('\n').filter((line) => line.includes('opentelemetry-instrumentation-openai'));
}

describe('an application whose calls are not seen', () => {
  const node = process.execPath;

  // SDK v4 sends with `http`, later ones with `fetch`.
  it.each(['4', '6'])('is told once: ES modules without a loader hook, openai %s', async (major) => {
    const home = await localHome(major, 'loud');
    const bare = await runApp({ node, home, args: ['app.mjs'] });
    const outcome = await runApp({ node, home, args: ['--require', './telemetry.cjs', 'app.mjs'] });
    expect(outcome.spans).toEqual([]);
    expect(said(outcome)).toEqual([
      expect.stringMatching(
        /openai \d+\.\d+\.\d+ sent a request to \/v1\/chat\/completions that is not traced.*\/register/,
      ),
    ]);
    expect(outcome.shown.replace(outcome.warnings, '')).toBe(bare.shown.replace(bare.warnings, ''));
  });

  it('is told once: an ES module that imported openai before telemetry', async () => {
    const home = await localHome('6', 'loud');
    const outcome = await runApp({ node, home, args: ['late.mjs'], env: { TRACED: 'yes' } });
    expect(outcome.spans).toEqual([]);
    expect(said(outcome)).toEqual([expect.stringContaining('is not traced')]);
  });

  it.each(['4', '5', '6'])(
    'is traced all the same: CommonJS that required openai %s before telemetry',
    async (major) => {
      const home = await localHome(major, 'loud');
      const bare = await runApp({ node, home, args: ['late.cjs'] });
      const traced = await runApp({ node, home, args: ['late.cjs'], env: { TRACED: 'yes' } });
      expect(fault(bare, traced)).toBeUndefined();
    },
  );

  it('is told once: a version of openai that is not supported', async () => {
    const home = await localHome('6', 'loud');
    const old = join(home, 'old', 'node_modules', 'openai');
    await mkdir(old, { recursive: true });
    await writeFile(join(old, 'package.json'), JSON.stringify({ name: 'openai', version: '3.3.0', main: 'index.js' }));
    await writeFile(join(old, 'index.js'), 'exports.OpenAIApi = class OpenAIApi {};');
    await writeFile(join(home, 'old', 'app.cjs'), "require('openai'); require('openai');");

    const outcome = await runApp({ node, home, args: ['--require', './telemetry.cjs', 'old/app.cjs'] });
    expect(said(outcome)).toEqual([expect.stringMatching(/openai 3\.3\.0 is not traced.*supports openai 4\.19 to 7/)]);
  });

  it('is told once each: wrong options and a wrong environment variable, said before there was a logger', async () => {
    const home = await localHome('6', 'loud');
    const env = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'everything' };
    const outcome = await runApp({ node, home, args: ['--require', './telemetry-wrong.cjs', 'app.cjs'], env });
    const options = ['captureMessageContents', 'maxContentLength', 'inspectStreams', 'metricNames', 'requestHook'];
    expect(said(outcome)).toHaveLength(options.length + 1);
    for (const name of [...options, 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT']) {
      expect(said(outcome)).toContainEqual(expect.stringContaining(name));
    }
    expect(outcome.spans).toHaveLength(outcome.calls);
  });

  it('is told once: a second OpenAIInstrumentation beside an enabled one', async () => {
    const home = await localHome('6', 'loud');
    const bare = await runApp({ node, home, args: ['app.cjs'] });
    const outcome = await runApp({ node, home, args: ['--require', './twins.cjs', 'app.cjs'] });
    expect(said(outcome)).toEqual([
      expect.stringContaining('by another OpenAIInstrumentation, which is still enabled'),
    ]);
    expect(outcome.spans).toHaveLength(outcome.calls);
    expect(outcome.shown.replace(outcome.warnings, '')).toBe(bare.shown);
  });

  it.each([
    ['4', ['./other.cjs', './telemetry.cjs']],
    ['4', ['./telemetry.cjs', './other.cjs']],
    ['6', ['./other.cjs', './telemetry.cjs']],
    ['6', ['./telemetry.cjs', './other.cjs']],
  ])('is told once: another instrumentation patches openai %s too, %j', async (major, preloads) => {
    const home = await localHome(major, 'loud');
    const outcome = await runApp({ node, home, args: [...preloads.flatMap((file) => ['--require', file]), 'app.cjs'] });
    expect(said(outcome)).toEqual([expect.stringContaining('patched by another instrumentation too')]);
    expect(outcome.spans).toHaveLength(outcome.calls);
  });
});

describe('a request that is no missed call', () => {
  const sdk = new NodeSDK({
    spanProcessors: [new tracing.SimpleSpanProcessor(new tracing.InMemorySpanExporter())],
    autoDetectResources: false,
  });
  const warn = vi.fn<DiagLogger['warn']>();
  let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
  let instrumentation: OpenAIInstrumentation;

  beforeAll(async () => {
    sdk.start();
    api = await startFakeOpenAI();
  });

  afterAll(async () => {
    await Promise.all([api.close(), sdk.shutdown()]);
  });

  beforeEach(() => {
    const ignore = () => {};
    diag.setLogger({ error: ignore, warn, info: ignore, debug: ignore, verbose: ignore });
    instrumentation = new OpenAIInstrumentation();
  });

  afterEach(() => {
    instrumentation.disable();
    diag.disable();
    warn.mockClear();
  });

  const unpatched = { 'user-agent': 'OpenAI/JS 6.49.0', 'content-type': 'application/json' };
  const body = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });

  async function post(path: string, headers: Record<string, string> = unpatched) {
    await (await fetch(`${api.url}${path}`, { method: 'POST', headers, body })).text();
  }

  it('makes no warning; one that is makes one', async () => {
    await post('/chat/completions', { ...unpatched, 'user-agent': 'Groq/JS 6.49.0' });
    await post('/chat/completions', { ...unpatched, 'user-agent': 'ab/JS 0.37.0' });
    await post('/files');
    await (await fetch(`${api.url}/models`, { headers: unpatched })).text();
    await context.with(core.suppressTracing(context.active()), () => post('/chat/completions'));
    expect(warn).not.toHaveBeenCalled();

    await post('/chat/completions');
    await post('/chat/completions');
    expect(warn).toHaveBeenCalledOnce();
  });

  it.each(['AzureOpenAI/JS 5.0.0', 'OurOpenAI/JS 4.104.0', 'xe/JS 7.57.0'])('is not one of %s', async (agent) => {
    await post('/chat/completions', { ...unpatched, 'user-agent': agent });
    expect(warn).toHaveBeenCalledOnce();
  });

  it('makes no warning if the application calls post() of a patched client itself; a real miss still does', async () => {
    const { OpenAI: Required } = createRequire(import.meta.url)('openai') as { OpenAI: typeof OpenAI };
    const client = new Required({ apiKey: 'sk-pretend', baseURL: api.url });
    await client.post('/chat/completions', { body: JSON.parse(body) });
    await client.request({ method: 'post', path: '/chat/completions', body: JSON.parse(body) });
    expect(warn).not.toHaveBeenCalled();

    await post('/chat/completions?key=secret');
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls.join()).not.toContain('secret');
  });

  it('is not one of openai 4.18, which is not supported and says so', () => {
    // Until 4.18, a resource binds the methods of its client instead of keeping it (4.18.0, resource.js).
    class Completions {
      post: unknown;
      constructor(client: { post: () => unknown }) {
        this.post = client.post.bind(client);
      }
      create() {}
    }
    class Chat extends Completions {
      static Completions = Completions;
    }
    const Old = Object.assign(class {}, { Chat, Beta: Completions });
    instrumentation.manuallyInstrument(Old);
    expect(warn.mock.calls.join()).toMatch(/is not traced.*supports openai 4\.19 to 7/);
    expect(warn).toHaveBeenCalledOnce();
  });

  it('makes one warning, however many instances are enabled', async () => {
    const others = Array.from({ length: 20 }, () => new OpenAIInstrumentation());
    // Of each instance but the first: that another one was enabled.
    warn.mockClear();
    await post('/chat/completions');
    await post('/chat/completions');
    for (const other of others) other.disable();
    expect(warn).toHaveBeenCalledOnce();
  });

  it('makes no warning while the instrumentation is disabled', async () => {
    instrumentation.disable();
    await post('/chat/completions');
    expect(warn).not.toHaveBeenCalled();

    instrumentation.enable();
    await post('/chat/completions');
    expect(warn).toHaveBeenCalledOnce();
  });

  it('makes no warning if another instrumentation of the kind traced it', async () => {
    const other = new OpenAIInstrumentation();
    other.manuallyInstrument(OpenAI);
    // That two are enabled.
    warn.mockClear();
    await ask(OpenAI);
    other.disable();
    expect(warn).not.toHaveBeenCalled();
  });

  it('makes no warning once a call was traced', async () => {
    const { OpenAI: Required } = createRequire(import.meta.url)('openai') as { OpenAI: typeof OpenAI };
    await ask(Required);
    await post('/chat/completions');
    expect(warn).not.toHaveBeenCalled();
  });

  async function ask(Client: typeof OpenAI) {
    const client = new Client({ apiKey: 'sk-pretend', baseURL: api.url });
    await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });
  }
});
