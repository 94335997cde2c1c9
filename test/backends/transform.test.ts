import { readFileSync } from 'node:fs';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { tracing } from '@opentelemetry/sdk-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';
import { titleOf } from './program.js';
import { findTransformingCollector, startTransform } from './transform.js';

const found = await findTransformingCollector();
const page = readFileSync(new URL('../../docs/backends.md', import.meta.url), 'utf8');

const START = Date.parse('2026-11-27T10:00:00.250Z');

describe.skipIf(!found)(
  titleOf('The transform of docs/backends.md', found, 'otelcol-contrib, no Go to build one'),
  () => {
    let sent: Record<string, unknown>[];
    let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
    let collector: Awaited<ReturnType<typeof startTransform>>;

    beforeAll(async () => {
      const [, processors = ''] = /^```yaml\n(processors:\n {2}transform:.*?)^```$/ms.exec(page) ?? [];
      receiver = await startOtlpReceiver();
      collector = await startTransform(found ?? '', processors, receiver.url);

      const exporter = new OTLPTraceExporter({ url: `${collector.otlp}/v1/traces` });
      const provider = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
      const tracer = provider.getTracer('test');
      const attributes = {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.conversation.id': 'c-1',
        'gen_ai.usage.input_tokens': 8,
        'gen_ai.usage.output_tokens': 6,
        'gen_ai.usage.cache_write.input_tokens': 4,
        'gen_ai.response.time_to_first_chunk': 0.5,
        'gen_ai.prompt.name': 'pmpt_1',
      };
      tracer.startSpan('chat', { startTime: START, attributes }).end(START + 1000);
      tracer.startSpan('GET', { startTime: START, attributes: { 'http.request.method': 'GET' } }).end(START + 1000);
      await provider.forceFlush();
      sent = (await receiver.waitForSpans(2, 20_000)).map((span) => span.attributes);
    });
    afterAll(async () => {
      await collector?.stop();
      await receiver?.close();
    });

    it('gives each attribute its other name', () => {
      expect(sent[0]).toEqual({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.system': 'openai',
        'gen_ai.conversation.id': 'c-1',
        'langsmith.trace.session_id': 'c-1',
        'gen_ai.usage.input_tokens': 8,
        'gen_ai.usage.output_tokens': 6,
        'gen_ai.usage.total_tokens': 14,
        'gen_ai.usage.cache_creation.input_tokens': 4,
        'gen_ai.response.time_to_first_chunk': 0.5,
        'gen_ai.server.ttft': 0.5,
        'gen_ai.server.time_to_first_token': 0.5,
        'langfuse.observation.completion_start_time': expect.stringMatching(/^2026-11-27T10:00:00\.750*Z$/),
      });
    });

    it('leaves other spans as they are', () => {
      expect(sent[1]).toEqual({ 'http.request.method': 'GET' });
    });
  },
);
