import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { tracing } from '@opentelemetry/sdk-node';
import { afterEach, expect, it, vi } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';

const page = readFileSync(new URL('../../docs/backends.md', import.meta.url), 'utf8');
const VARIABLE = /^OTEL_EXPORTER_OTLP_/;

/** The blocks of shell on the page, by the heading above. */
const blocks = new Map(
  [...page.matchAll(/^## ([^\n]*)\n((?:(?!^## ).*\n)*)/gm)].flatMap(([, heading = '', section = '']) => {
    const [, code] = /^```sh\n(export .*?)^```$/ms.exec(section) ?? [];
    return code === undefined ? [] : [[heading, code]];
  }),
);

/** Where each back-end expects spans. */
const EXPECTED: Record<string, { host: string; path: string; headers: Record<string, string> }> = {
  Langfuse: {
    host: 'cloud.langfuse.com',
    path: '/api/public/otel/v1/traces',
    headers: {
      authorization: `Basic ${Buffer.from('pk-lf-…:sk-lf-…').toString('base64')}`,
      'x-langfuse-ingestion-version': '4',
    },
  },
  Datadog: {
    host: 'otlp.datadoghq.com',
    path: '/v1/traces',
    headers: { 'dd-api-key': 'YOUR_API_KEY', 'dd-otlp-source': 'llmobs' },
  },
  'Grafana Cloud and Tempo': {
    host: 'otlp-gateway-prod-eu-west-2.grafana.net',
    path: '/otlp/v1/traces',
    headers: { authorization: `Basic ${Buffer.from('INSTANCE_ID:TOKEN').toString('base64')}` },
  },
  SigNoz: {
    host: 'ingest.us.signoz.cloud',
    path: '/v1/traces',
    headers: { 'signoz-ingestion-key': 'YOUR_KEY' },
  },
  Sentry: {
    host: 'o0.ingest.us.sentry.io',
    path: '/api/PROJECT/integration/otlp/v1/traces',
    headers: { 'x-sentry-auth': 'sentry sentry_key=PUBLIC_KEY' },
  },
  MLflow: { host: 'localhost:5000', path: '/v1/traces', headers: { 'x-mlflow-experiment-id': '0' } },
};

/** What a block of shell exports. */
function exportedBy(code: string): [string, string][] {
  const output = execFileSync('sh', ['-c', `${code}\nenv -0`], { encoding: 'utf8', env: { PATH: process.env.PATH } });
  return output
    .split('\0')
    .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
    .filter(([name]) => VARIABLE.test(name));
}

afterEach(() => vi.unstubAllEnvs());

it('docs/backends.md has a block for each back-end that is tested here', () => {
  expect([...blocks.keys()].sort()).toEqual(Object.keys(EXPECTED).sort());
});

it.each(Object.entries(EXPECTED))('docs/backends.md: the variables for %s address it', async (name, expected) => {
  const receiver = await startOtlpReceiver();
  for (const [variable, value] of exportedBy(blocks.get(name) ?? '')) {
    if (!variable.endsWith('_ENDPOINT')) {
      vi.stubEnv(variable, value);
      continue;
    }
    const { host, pathname } = new URL(value);
    expect(host).toBe(expected.host);
    vi.stubEnv(variable, `${receiver.url}${pathname}`);
  }
  const exporter = new OTLPTraceExporter();
  const provider = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
  provider.getTracer('test').startSpan('chat').end();
  // The receiver knows the paths of no vendor, and answers 404.
  await provider.forceFlush().catch(() => {});
  await provider.shutdown();
  await receiver.close();

  expect(receiver.requests).toHaveLength(1);
  expect(receiver.requests[0]).toMatchObject({ path: expected.path, contentType: 'application/x-protobuf' });
  expect(receiver.requests[0]?.headers).toMatchObject(expected.headers);
});
