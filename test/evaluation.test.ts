import { context, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { recordEvaluation, withAttributes } from '../src/index.js';
import { useGlobalLogs } from './support/global-logs.js';
import { tracing } from './support/otel.mjs';

const provider = new tracing.NodeTracerProvider();
provider.register();
const tracer = provider.getTracer('test');

function warnings(): string[] {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const ignore = () => {};
  diag.setLogger(
    { error: log, warn: log, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
  );
  onTestFinished(() => diag.disable());
  return lines;
}

afterEach(() => diag.disable());

describe('recordEvaluation', () => {
  it('emits the event of the conventions in the context of a span that has ended', () => {
    const records = useGlobalLogs();
    const span = tracer.startSpan('chat gpt-4.1');
    span.end();
    const other = tracer.startSpan('POST /feedback');
    context.with(trace.setSpan(context.active(), other), () => {
      withAttributes({ 'user.id': 'u1' }, () => {
        recordEvaluation({ name: 'accuracy', score: 0.25, label: 'wrong', explanation: 'No such city.', span });
      });
      recordEvaluation({ name: 'accuracy', span: { ...span.spanContext() } });
    });
    expect(records()).toMatchObject([
      {
        eventName: 'gen_ai.evaluation.result',
        severityNumber: 9,
        spanContext: span.spanContext(),
        instrumentationScope: { name: 'opentelemetry-instrumentation-openai' },
      },
      { spanContext: span.spanContext() },
    ]);
    expect(records().map(({ attributes }) => attributes)).toEqual([
      {
        'user.id': 'u1',
        'gen_ai.evaluation.name': 'accuracy',
        'gen_ai.evaluation.score.value': 0.25,
        'gen_ai.evaluation.score.label': 'wrong',
        'gen_ai.evaluation.explanation': 'No such city.',
      },
      { 'gen_ai.evaluation.name': 'accuracy' },
    ]);
  });

  it('belongs to the active span only if neither a span nor a response is named', () => {
    const records = useGlobalLogs();
    const active = tracer.startSpan('POST /feedback');
    context.with(trace.setSpan(context.active(), active), () => {
      recordEvaluation({ name: 'a' });
      recordEvaluation({ name: 'b', responseId: 'resp_1' });
    });
    expect(records().map(({ spanContext }) => spanContext)).toEqual([active.spanContext(), undefined]);
    expect(records()[1]?.attributes).toEqual({ 'gen_ai.evaluation.name': 'b', 'gen_ai.response.id': 'resp_1' });
  });

  it('records that an evaluation failed', () => {
    const records = useGlobalLogs();
    recordEvaluation({ name: 'a', error: new RangeError('secret'), responseId: 'resp_1' });
    recordEvaluation({ name: 'a', error: 'secret', responseId: 'resp_1' });
    expect(records().map(({ attributes }) => attributes['error.type'])).toEqual(['RangeError', '_OTHER']);
    expect(JSON.stringify(records().map(({ attributes }) => attributes))).not.toContain('secret');
  });

  it('never throws, and says what is wrong', () => {
    const lines = warnings();
    recordEvaluation({ name: 'a' });
    expect(lines).toEqual([expect.stringContaining('found no logger provider')]);
    const records = useGlobalLogs();
    const thrower = new Proxy(
      { name: 'a' },
      {
        get: () => {
          throw new Error('getter');
        },
      },
    );
    for (const wrong of [{}, null, undefined, 7, { name: '' }, thrower]) recordEvaluation(wrong as never);
    recordEvaluation({ name: 'a', score: Number.NaN, label: 7, span: 'x' } as never);
    expect(lines).toHaveLength(7);
    expect(records().map(({ attributes }) => attributes)).toEqual([{ 'gen_ai.evaluation.name': 'a' }]);
  });
});
