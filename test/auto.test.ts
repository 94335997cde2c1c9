import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNode } from './examples/run-node.js';
import { startFakeOpenAI } from './support/fake-openai/index.mjs';
import { startOtlpReceiver } from './support/otlp-receiver.mjs';

const AUTO = 'opentelemetry-instrumentation-openai/auto';

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
beforeAll(async () => {
  api = await startFakeOpenAI();
});
afterAll(() => api.close());

/** The application of the quick start, which has no code for telemetry. */
function run(args: readonly string[], env: Record<string, string> = {}) {
  return runNode('examples/quickstart', args, { OPENAI_API_KEY: 'sk-pretend', OPENAI_BASE_URL: api.url, ...env });
}

describe.each(['app.mjs', 'app.cjs'])('/auto with %s', (app) => {
  it('draws the trace in the terminal', async () => {
    const { stdout, stderr } = await run(['--import', AUTO, app], { OTEL_INSTRUMENTATION_OPENAI_CONSOLE: 'true' });
    expect(stderr).toBe('');
    expect(stdout).toContain('You said: Say hello.\n');
    expect(stdout).toMatch(/✓ chat gpt-4.1-mini .* m?s ▕█+▏\n {2}→ gpt-4.1-mini-2025-04-14 · tokens 2 in, 4 out/);
  });

  it('takes an absolute path in NODE_OPTIONS, from any folder', async () => {
    const { stdout } = await runNode('test', [`../examples/quickstart/${app}`], {
      OPENAI_API_KEY: 'sk-pretend',
      OPENAI_BASE_URL: api.url,
      OTEL_INSTRUMENTATION_OPENAI_CONSOLE: 'true',
      NODE_OPTIONS: `--import ${fileURLToPath(new URL('../dist/auto.mjs', import.meta.url))}`,
    });
    expect(stdout).toContain('✓ chat gpt-4.1-mini');
  });

  it('warns once if there is no SDK, and the application runs', async () => {
    const { stdout, stderr } = await run(['--import', AUTO, app]);
    expect(stdout).toBe('You said: Say hello.\n');
    expect(stderr.match(/no OpenTelemetry SDK is registered/g)).toHaveLength(1);
  });

  it('says so if it cannot draw', async () => {
    const sdk = ['--import', '../../test/support/bare-sdk.mjs', '--import', AUTO, app];
    const collector = await startOtlpReceiver();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_INSTRUMENTATION_OPENAI_CONSOLE: 'true' };
    const beside = await run(sdk, env);
    await collector.close();
    expect(beside.stderr).toContain('OTEL_INSTRUMENTATION_OPENAI_CONSOLE has no effect');
    const wrong = await run(['--import', AUTO, app], { OTEL_INSTRUMENTATION_OPENAI_CONSOLE: '1' });
    expect(wrong.stderr).toContain('must be true or false');
  });

  it('does nothing where the SDK is disabled', async () => {
    const { stdout, stderr } = await run(['--import', AUTO, app], { OTEL_SDK_DISABLED: 'true' });
    expect({ stdout, stderr }).toEqual({ stdout: 'You said: Say hello.\n', stderr: '' });
  });
});

it.each([
  ['before', ['--import', '../../test/support/bare-sdk.mjs', '--import', AUTO, 'app.mjs']],
  ['after', ['--import', AUTO, '--import', '../../test/support/bare-sdk.mjs', 'app.mjs']],
])('/auto uses an SDK that is started %s it, for spans and metrics', async (_, args) => {
  const collector = await startOtlpReceiver();
  const { stdout, stderr } = await run(args, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await collector.close();
  expect({ stdout, stderr }).toEqual({ stdout: 'You said: Say hello.\n', stderr: '' });
  expect(collector.spans.map(({ name }) => name)).toEqual(['chat gpt-4.1-mini']);
  expect(collector.metrics.map(({ name }) => name)).toContain('gen_ai.client.operation.duration');
});
