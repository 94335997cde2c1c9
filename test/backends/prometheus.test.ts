import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chatbot } from '../examples/chatbot.js';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';
import { findCollector, startGateway } from './gateway.js';
import { eventually, findCommand, freePorts, getJson, startProgram, titleOf } from './program.js';
import { makeScratch } from './scratch.js';

interface Panel {
  title: string;
  targets: { expr: string }[];
}

const DASHBOARD = new URL('../../examples/production/grafana/dashboards/genai.json', import.meta.url);
const dashboard: { panels: Panel[] } = JSON.parse(readFileSync(DASHBOARD, 'utf8'));
const queries = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const));

/** What Grafana puts in place of its variables. */
const VARIABLES: [string, string][] = [
  ['$__rate_interval', '1m'],
  ['$service', '.*'],
  ['$model', '.*'],
];
const COUNT = 'gen_ai_client_operation_duration_seconds_count';

const prometheus = await findCommand('PROMETHEUS_BIN', 'prometheus');
const collector = await findCollector();
const found = prometheus && collector ? `${prometheus}, scraping ${collector}` : undefined;

describe.skipIf(!found)(titleOf('Prometheus', found, 'prometheus with a Collector'), () => {
  let api: string;
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    const traces = await startOtlpReceiver();
    closers.push(traces.close);
    const gateway = await startGateway(collector ?? '', traces.url);
    closers.push(gateway.stop);
    api = await startPrometheus(gateway.metrics);

    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: gateway.otlp,
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_METRIC_EXPORT_TIMEOUT: '1000',
      // Names the process, so that several at once do not mix.
      OTEL_NODE_RESOURCE_DETECTORS: 'env,serviceinstance',
      CHATBOT_INSPECT_STREAMS: 'true',
    };
    using well = new Chatbot(env);
    using badly = new Chatbot({ ...env, CHATBOT_MODEL: 'gpt-overloaded' });
    // A rate is between two scrapes: the calls that are there at the first one do not count.
    for (const calls of [1, 2]) {
      await Promise.all([well.say('hi'), badly.say('hi')]);
      await eventually(
        () => query(`${COUNT} >= ${calls}`),
        ({ length }) => length === 2,
      );
    }
    await Promise.all([well.leave(), badly.leave()]);
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  async function startPrometheus(target: string): Promise<string> {
    const scratch = await makeScratch();
    closers.push(scratch.remove);
    const { web } = await freePorts('web');
    const config = await scratch.write('prometheus.yaml', {
      global: { scrape_interval: '1s' },
      scrape_configs: [{ job_name: 'gateway', honor_labels: true, static_configs: [{ targets: [target] }] }],
    });
    const { stop } = await startProgram({
      command: prometheus ?? '',
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${scratch.folder}/data`,
        `--web.listen-address=127.0.0.1:${web}`,
      ],
      readyUrl: `http://127.0.0.1:${web}/-/ready`,
    });
    closers.push(stop);
    return `http://127.0.0.1:${web}/api/v1`;
  }

  async function query(expression: string) {
    const answer = await getJson<{ data: { result: { metric: Record<string, string>; value: [number, string] }[] } }>(
      `${api}/query?query=${encodeURIComponent(expression)}`,
    );
    return answer.data.result;
  }

  it('tells services, their processes, models and streams apart', async () => {
    const series = await query(COUNT);
    expect(new Set(series.map(({ metric }) => metric.gen_ai_request_model))).toEqual(
      new Set(['gpt-4.1-mini', 'gpt-overloaded']),
    );
    for (const { metric } of series) {
      expect(metric).toMatchObject({
        job: 'chatbot',
        instance: expect.stringMatching(/^[\da-f-]{36}$/),
        gen_ai_operation_name: 'chat',
        gen_ai_request_stream: 'true',
        server_address: '127.0.0.1',
      });
    }
  });

  it.each(queries)('has data for the panel "%s"', async (_, expression) => {
    const filled = VARIABLES.reduce((text, [name, value]) => text.replaceAll(name, value), expression);
    const numbers = await eventually(
      async () => (await query(filled)).map(({ value: [, number] }) => Number(number)),
      (values) => values.some((value) => value > 0),
    );
    expect(numbers.filter((value) => value > 0).length).toBeGreaterThan(0);
  });
});
