import { createRequire } from 'node:module';
import { context, type DiagLogger, DiagLogLevel, diag, metrics, propagation, trace } from '@opentelemetry/api';
import { NodeSDK, tracing } from '@opentelemetry/sdk-node';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { majors, type Sdk, sdk as sdkOfMajor } from '../support/sdk.js';

type Instrumentation = OpenAIInstrumentation;
type InstrumentationClass = typeof OpenAIInstrumentation;

const warn = vi.fn<DiagLogger['warn']>();
/** What this package warned of. The SDK has warnings of its own about its shut-down parts. */
const warnings = () => warn.mock.calls.filter(([from]) => from === 'opentelemetry-instrumentation-openai');
let api: Awaited<ReturnType<typeof startFakeOpenAI>>;

beforeAll(async () => {
  api = await startFakeOpenAI();
});
afterAll(() => api.close());

function listen() {
  const ignore = () => {};
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

afterEach(() => {
  warn.mockClear();
  diag.disable();
});

/** A `NodeSDK` with an instrumentation of its own. Tests and hot reloads start several, one after the other. */
function start(name: string, Instrumentation: InstrumentationClass = OpenAIInstrumentation) {
  const exporter = new tracing.InMemorySpanExporter();
  const spans: string[] = [];
  const instrumentation = new Instrumentation({ requestHook: (span) => span.setAttribute('started.by', name) });
  const sdk = new NodeSDK({
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
    instrumentations: [instrumentation],
    metricReaders: [],
    logRecordProcessors: [],
    autoDetectResources: false,
  });
  sdk.start();
  return {
    instrumentation,
    spans: () => exporter.getFinishedSpans().map(({ attributes }) => attributes['started.by']),
    async shutdown() {
      spans.push(...exporter.getFinishedSpans().map(({ attributes }) => String(attributes['started.by'])));
      await sdk.shutdown();
      for (const global of [trace, context, metrics, propagation]) global.disable();
      return spans;
    },
  };
}

function client({ OpenAI }: Sdk) {
  return new OpenAI({ apiKey: 'sk-pretend', baseURL: api.url });
}

const HELLO = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hi' }] };

async function ask(sdk: Sdk) {
  await client(sdk).chat.completions.create(HELLO);
}

const enabled: Instrumentation[] = [];
afterEach(() => {
  for (const instrumentation of enabled.splice(0)) instrumentation.disable();
});

describe.each(majors)('openai %s', (major) => {
  const sdk = sdkOfMajor(major);

  it('is traced by the new instance after the SDK was shut down and started again', async () => {
    const shutDown: (readonly string[])[] = [];
    for (const name of ['first', 'second', 'third']) {
      const telemetry = start(name);
      enabled.push(telemetry.instrumentation);
      await ask(sdk);
      shutDown.push(await telemetry.shutdown());
    }
    expect(shutDown).toEqual([['first'], ['second'], ['third']]);
  });
});

describe('a second instance', () => {
  const sdk = sdkOfMajor(6);

  it('warns once if the first is still enabled', async () => {
    listen();
    enabled.push(new OpenAIInstrumentation());
    await ask(sdk);
    expect(warnings()).toEqual([]);
    enabled.push(new OpenAIInstrumentation());
    await ask(sdk);
    expect(warnings()).toEqual([
      [expect.anything(), expect.stringContaining('by another OpenAIInstrumentation, which is still enabled')],
    ]);
  });

  it('does not warn if the first is disabled', async () => {
    listen();
    new OpenAIInstrumentation().disable();
    enabled.push(new OpenAIInstrumentation());
    await ask(sdk);
    expect(warnings()).toEqual([]);
  });

  it('leaves the calls under way to the first', async () => {
    const first = start('first');
    const stream = await client(sdk).chat.completions.create({ ...HELLO, stream: true });
    const second = new OpenAIInstrumentation();
    enabled.push(first.instrumentation, second);
    for await (const _ of stream);
    expect(await first.shutdown()).toEqual(['first']);
  });

  it('gives way to the first when it is disabled', async () => {
    const first = start('first');
    const second = new OpenAIInstrumentation({ requestHook: (span) => span.setAttribute('started.by', 'second') });
    enabled.push(first.instrumentation, second);
    await ask(sdk);
    second.disable();
    await ask(sdk);
    expect(await first.shutdown()).toEqual(['second', 'first']);
  });

  it('runs tool functions in its own spans', async () => {
    const first = start('first');
    first.instrumentation.disable();
    await first.shutdown();
    const second = start('second');
    enabled.push(second.instrumentation);
    const runner = client(sdk).chat.completions.runTools({
      ...HELLO,
      messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'The weather',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            parse: JSON.parse,
            function: () => 'sunny',
          },
        },
      ],
    });
    await runner.done();
    expect(second.spans().length).toBeGreaterThan(2);
    expect(second.spans()).toContain(undefined);
    await second.shutdown();
  });
});

describe('copies of this package', () => {
  const sdk = sdkOfMajor(6);

  /** As `vi.resetModules()`, jest's module registry and the hot reload of Next.js load the package again. */
  async function reloaded(): Promise<InstrumentationClass> {
    vi.resetModules();
    return (await import('opentelemetry-instrumentation-openai')).OpenAIInstrumentation;
  }

  it('trace one after the other, the newest first', async () => {
    const Reloaded = await reloaded();
    expect(Reloaded).not.toBe(OpenAIInstrumentation);
    const Required = createRequire(import.meta.url)('opentelemetry-instrumentation-openai')
      .OpenAIInstrumentation as InstrumentationClass;
    const names: (readonly string[])[] = [];
    for (const [name, Instrumentation] of Object.entries({ imported: OpenAIInstrumentation, Reloaded, Required })) {
      const telemetry = start(name, Instrumentation);
      enabled.push(telemetry.instrumentation);
      await ask(sdk);
      names.push(await telemetry.shutdown());
    }
    expect(names).toEqual([['imported'], ['Reloaded'], ['Required']]);
  });

  it('may hand over the same class again and again, each with an instance of its own', async () => {
    const { OpenAI } = sdk;
    const last = start('last');
    enabled.push(last.instrumentation);
    for (let reload = 0; reload < 3; reload++) {
      const Instrumentation = await reloaded();
      const name = `reload ${reload}`;
      const instrumentation = new Instrumentation({ requestHook: (span) => span.setAttribute('started.by', name) });
      enabled.push(instrumentation);
      instrumentation.manuallyInstrument(OpenAI);
      await ask(sdk);
    }
    expect(await last.shutdown()).toEqual(['reload 0', 'reload 1', 'reload 2']);
  });
});
