import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';
import { runNode } from './run-node.js';

/** Needs a Node.js that can `require` ES modules: 20.19, 22.12 and later. */
const REQUIRED = fileURLToPath(new URL('../compat/apps/telemetry-register.cjs', import.meta.url));

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
beforeAll(async () => {
  api = await startFakeOpenAI();
});
afterAll(() => api.close());

describe.each([
  ['CommonJS', ['--require', './telemetry.cjs', 'app.cjs']],
  ['ES modules', ['--import', './telemetry.mjs', 'app.mjs']],
  ['an ES module, with telemetry compiled to CommonJS', ['--require', REQUIRED, 'app.mjs']],
])('the quick start in %s', (_, args) => {
  it('delivers the span of its call', async () => {
    const collector = await startOtlpReceiver();
    const { stdout, stderr } = await runNode('examples/quickstart', args, {
      OPENAI_API_KEY: 'sk-pretend',
      OPENAI_BASE_URL: api.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    await collector.close();

    expect({ stdout, stderr }).toEqual({ stdout: 'You said: Say hello.\n', stderr: '' });
    expect(collector.spans).toHaveLength(1);
    expect(collector.spans[0]).toMatchObject({
      name: 'chat gpt-4.1-mini',
      kind: 'CLIENT',
      attributes: { 'gen_ai.response.finish_reasons': ['stop'], 'http.response.status_code': 200 },
    });
  });
});
