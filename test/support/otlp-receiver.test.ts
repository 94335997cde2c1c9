import { gzipSync } from 'node:zlib';
import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { InstrumentationBase } from '@opentelemetry/instrumentation';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startOtlpReceiver } from './otlp-receiver.mjs';

const TIME = 1_700_000_000_000;
const linked = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

/** Emits one of everything, from where instrumentations get their tracer, logger and meter. */
class Probe extends InstrumentationBase {
  constructor() {
    super('probe', '1.2.3', {});
  }

  override init() {}

  emit() {
    const parent = this.tracer.startSpan('parent', { startTime: TIME });
    const within = trace.setSpan(context.active(), parent);
    const child = this.tracer.startSpan(
      'child',
      {
        kind: SpanKind.CLIENT,
        startTime: TIME,
        attributes: { text: 'ä', yes: true, whole: 7, half: 0.5, empty: '', list: ['a', 'b'], numbers: [1, 2] },
        links: [{ context: linked, attributes: { why: 'test' } }],
      },
      within,
    );
    child.addEvent('llm.choice', { index: 0 }, TIME + 1);
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'went wrong' });
    child.end(TIME + 2);
    parent.end(TIME + 2);

    this.logger.emit({
      eventName: 'something.happened',
      severityNumber: 9,
      body: 'a body',
      attributes: { nested: { parts: [{ type: 'text', content: 'hello' }], deep: { none: null, count: 3 } } },
      context: within,
    });

    const advice = { explicitBucketBoundaries: [1, 2, 4] };
    this.meter.createHistogram('duration', { unit: 's', description: 'How long', advice }).record(1.5, { model: 'm' });
    this.meter.createCounter('calls').add(3, { model: 'm' });
    this.meter.createGauge('level').record(0.25);
    return { parent: parent.spanContext(), child: child.spanContext() };
  }
}

/** Exports everything once, as the `OTEL_*` environment says. */
async function exportOnce(environment: Record<string, string>) {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const sdk = new NodeSDK({ serviceName: 'shop', autoDetectResources: false });
  sdk.start();
  const contexts = new Probe().emit();
  await sdk.shutdown();
  return contexts;
}

afterEach(() => {
  vi.unstubAllEnvs();
  for (const api of [trace, metrics, context, propagation]) api.disable();
  // The logs API is no dependency of ours; this is what its disable() does.
  Reflect.deleteProperty(globalThis, Symbol.for('io.opentelemetry.js.api.logs'));
});

describe.each([
  ['protobuf', {}, 'application/x-protobuf'],
  ['JSON', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'application/json'],
  ['gzip', { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, 'application/x-protobuf'],
])('%s', (_, environment, contentType) => {
  it('decodes what the SDK exports', async () => {
    const receiver = await startOtlpReceiver();
    const { parent, child } = await exportOnce({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      ...environment,
    });
    await receiver.close();

    expect(receiver.requests.map(({ path }) => path).sort()).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces']);
    expect(new Set(receiver.requests.map((request) => request.contentType))).toEqual(new Set([contentType]));

    const scope = { name: 'probe', version: '1.2.3' };
    expect(receiver.spans.find(({ name }) => name === 'child')).toEqual({
      name: 'child',
      kind: 'CLIENT',
      traceId: child.traceId,
      spanId: child.spanId,
      parentSpanId: parent.spanId,
      startTimeUnixNano: BigInt(TIME) * 1_000_000n,
      endTimeUnixNano: BigInt(TIME + 2) * 1_000_000n,
      attributes: { text: 'ä', yes: true, whole: 7, half: 0.5, empty: '', list: ['a', 'b'], numbers: [1, 2] },
      events: [{ name: 'llm.choice', timeUnixNano: BigInt(TIME + 1) * 1_000_000n, attributes: { index: 0 } }],
      links: [{ traceId: linked.traceId, spanId: linked.spanId, attributes: { why: 'test' } }],
      status: { code: 'ERROR', message: 'went wrong' },
      resource: expect.objectContaining({ 'service.name': 'shop' }),
      scope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
    });
    expect(receiver.spans.find(({ name }) => name === 'parent')).toMatchObject({
      kind: 'INTERNAL',
      parentSpanId: undefined,
      status: { code: 'UNSET' },
    });

    expect(receiver.logs).toEqual([
      {
        eventName: 'something.happened',
        body: 'a body',
        attributes: { nested: { parts: [{ type: 'text', content: 'hello' }], deep: { none: null, count: 3 } } },
        traceId: parent.traceId,
        spanId: parent.spanId,
        severityNumber: 9,
        resource: expect.objectContaining({ 'service.name': 'shop' }),
        scope,
      },
    ]);

    expect(receiver.metrics.filter((metric) => metric.scope.name === 'probe')).toMatchObject([
      {
        name: 'duration',
        unit: 's',
        description: 'How long',
        type: 'histogram',
        dataPoints: [{ attributes: { model: 'm' }, count: 1, sum: 1.5, bounds: [1, 2, 4], bucketCounts: [0, 1, 0, 0] }],
      },
      { name: 'calls', type: 'sum', dataPoints: [{ attributes: { model: 'm' }, value: 3 }] },
      { name: 'level', type: 'gauge', dataPoints: [{ attributes: {}, value: 0.25 }] },
    ]);
  });
});

describe('the receiver', () => {
  const body = JSON.stringify({
    resourceSpans: [
      { scopeSpans: [{ spans: [{ name: 'one', attributes: [{ key: 'x', value: { bytesValue: 'AQI=' } }] }] }] },
    ],
  });

  async function post(url: string, content: BodyInit = body, headers: Record<string, string> = {}) {
    const sent = { 'content-type': 'application/json', ...headers };
    const response = await fetch(url, { method: 'POST', body: content, headers: sent });
    await response.arrayBuffer();
    return response.status;
  }

  it('waits for spans', async () => {
    const { url, waitForSpans, close } = await startOtlpReceiver({ unref: true });
    await expect(waitForSpans(1, 10)).rejects.toThrow('0 of 1 spans after 10 ms');
    const waiting = waitForSpans(2);
    await post(`${url}/v1/traces`);
    await post(`${url}/v1/traces`, gzipSync(body), { 'content-encoding': 'gzip' });
    expect(await waiting).toMatchObject([{ attributes: { x: new Uint8Array([1, 2]) } }, { name: 'one' }]);
    await close();
  });

  it('refuses what it cannot read', async () => {
    const { url, requests, close } = await startOtlpReceiver();
    expect(await post(`${url}/v1/other`)).toBe(404);
    expect(await post(`${url}/v1/traces`, body, { 'content-type': 'text/plain' })).toBe(415);
    expect(await post(`${url}/v1/traces`, '{')).toBe(400);
    expect(requests).toHaveLength(3);
    await close();
  });

  it('responds as a test wants', async () => {
    const responses = [{ status: 500 }, { delayMs: 20 }];
    const { url, spans, close } = await startOtlpReceiver({ respond: () => responses.shift() });
    expect(await post(`${url}/v1/traces`)).toBe(500);
    expect(spans).toEqual([]);
    const start = performance.now();
    expect(await post(`${url}/v1/traces`)).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(15);
    expect(spans).toHaveLength(1);
    await close();
  });
});
