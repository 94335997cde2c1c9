import { readFileSync } from 'node:fs';
import type { Attributes } from '@opentelemetry/api';
import { metrics } from '@opentelemetry/sdk-node';
import { expect, it } from 'vitest';
import { Metrics } from '../../src/telemetry/metrics.js';

const page = readFileSync(new URL('../../docs/prometheus.md', import.meta.url), 'utf8');
const LIMIT = 2_000;

/** Calls to `models` models, measured by an SDK with these views. */
async function measured(models: number, views: metrics.ViewOptions[]) {
  const exporter = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE);
  const reader = new metrics.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 31 - 1 });
  const provider = new metrics.MeterProvider({ readers: [reader], views });
  const recorder = new Metrics(provider.getMeter('test'), 'operation');
  for (let i = 0; i < models; i++) {
    recorder.recordCall(i, { 'gen_ai.request.model': `m${i}`, 'gen_ai.response.model': `m${i}-1`, 'server.port': i });
  }
  await reader.forceFlush();
  await provider.shutdown();
  const [duration] = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const points = (duration?.dataPoints ?? []) as { attributes: Attributes; value: { count: number } }[];
  return points.map(({ attributes, value }) => ({ attributes, count: value.count }));
}

it('docs/prometheus.md: the view drops the attributes that it names', async () => {
  const [, code = ''] = /^ {2}(views: \[.*?^ {2}\]),$/ms.exec(page) ?? [];
  const build = new Function('metrics', `return ({ ${code} }).views;`);
  const [point, ...more] = await measured(10, build(metrics));
  expect(more).toEqual([]);
  expect(point).toEqual({ attributes: {}, count: 10 });
});

it('docs/prometheus.md: from the limit on, calls are counted without attributes', async () => {
  expect(page).toContain('2,000');
  const points = await measured(LIMIT + 500, []);
  expect(points).toHaveLength(LIMIT);
  expect(points.find(({ attributes }) => attributes['otel.metric.overflow'] === true)?.count).toBe(501);
});
