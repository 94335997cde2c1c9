import type { Attributes, DiagLogger, Meter, Span, Tracer } from '@opentelemetry/api';
import { createNoopMeter, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { describe, expect, it, vi } from 'vitest';
import { Chunks } from '../../src/calls/chunks.js';
import { type OpenAIInstrumentationConfig, readConfig } from '../../src/config.js';
import { attempt, callHook, report } from '../../src/guard.js';
import { choiceAttributes } from '../../src/telemetry/choice-events.js';
import { describeResponse } from '../../src/telemetry/headers.js';
import { ListedCalls } from '../../src/telemetry/labels.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import { OpenSpan } from '../../src/telemetry/open-span.js';
import { inferenceTokens } from '../../src/telemetry/token-metrics.js';

const broken = () => {
  throw new Error('broken');
};
const logger = () => {
  const error = vi.fn();
  return { diag: { error } as unknown as DiagLogger, error };
};

describe('attempt', () => {
  it('gives the value, or reports why there is none', () => {
    const { diag, error } = logger();
    expect(attempt(diag, () => 7)).toBe(7);
    expect(attempt(diag, broken)).toBeUndefined();
    expect(error).toHaveBeenCalledOnce();
  });

  it('outlives a logger that fails too', () => {
    expect(() => report({ error: broken } as unknown as DiagLogger, new Error('first'))).not.toThrow();
  });
});

describe('callHook', () => {
  it('gives what the hook gives', () => {
    expect(callHook(() => 7, broken)).toBe(7);
  });

  it.each([
    ['throws', broken],
    ['rejects', () => Promise.reject(new Error('broken'))],
    // biome-ignore lint/suspicious/noThenProperty: that is what is broken
    ['gives a thenable that throws', () => ({ then: broken })],
    ['gives something whose `then` cannot be read', () => Object.defineProperty({}, 'then', { get: broken })],
  ])('tells once of one that %s', async (_, hook) => {
    const onFault = vi.fn();
    callHook(hook, onFault);
    await new Promise(setImmediate);
    expect(onFault).toHaveBeenCalledOnce();
  });
});

describe('describeResponse', () => {
  const expected = { 'http.response.status_code': 200, 'llm.request_id': 'r', 'llm.server.processing_ms': 5 };

  it('reads the headers of SDK 4, a plain object, and those of later ones', () => {
    const headers = { 'x-request-id': 'r', 'openai-processing-ms': '5', 'x-ratelimit-limit-tokens': 'many' };
    expect(describeResponse(200, headers)).toEqual(expected);
    expect(describeResponse(200, new Headers(headers))).toEqual(expected);
  });

  it.each([undefined, null, 'text', 7])('finds nothing in %j', (headers) => {
    expect(describeResponse('200', headers)).toEqual({});
  });
});

describe('choiceAttributes', () => {
  const call = { id: 'a', type: 'function', name: 'f' };

  it('says what was said of each kind, texts of one kind together', () => {
    const parts = [
      { type: 'reasoning', content: 'Hm' },
      { type: 'text', content: 'a' },
      { type: 'text', content: 'b' },
      { type: 'refusal', content: 'No' },
      { type: 'tool_call', id: 'a', name: 'f', arguments: { b: 1 } },
    ] as const;
    const choice = { index: 2, finishReason: 'stop', role: 'assistant', toolCalls: [call], refused: true };
    expect(
      choiceAttributes(choice, new ListedCalls(), { role: 'assistant', parts: [...parts], finish_reason: 'stop' }),
    ).toEqual({
      'llm.choice.index': 2,
      'llm.choice.finish_reason': 'stop',
      'llm.choice.role': 'assistant',
      'llm.choice.tool_calls': '[{"id":"a","type":"function","name":"f","arguments":{"b":1}}]',
      'llm.choice.refused': true,
      'llm.choice.content': 'a\nb',
      'llm.choice.refusal': 'No',
      'llm.choice.reasoning': 'Hm',
    });
  });

  it.each([
    [undefined],
    [{ role: 'assistant', parts: [] }],
    [{ role: 'assistant', parts: [{ type: 'tool_call', id: 'b', name: 'f', arguments: 1 }] }],
    [{ role: 'assistant', parts: 'x' }],
    [{ role: 'assistant', parts: [null, 7, { type: 'text', content: 7 }] }],
    [null],
  ])('puts no arguments to another call, and makes nothing of %j', (message) => {
    expect(choiceAttributes({ index: 0, toolCalls: [call] }, new ListedCalls(), message as never)).toEqual({
      'llm.choice.index': 0,
      'llm.choice.tool_calls': '[{"id":"a","type":"function","name":"f"}]',
    });
  });
});

describe('Chunks', () => {
  it('counts chunks, and records a metric for each one after the first if it has dimensions', () => {
    const records: [string, Attributes][] = [];
    const metrics = {
      recordNextChunk: (seconds: number, dimensions: Attributes) => records.push([`next ${seconds >= 0}`, dimensions]),
    } as unknown as Metrics;
    for (const dimensions of [undefined, { a: 1 }]) {
      const chunks = new Chunks(performance.now(), metrics, dimensions);
      expect(chunks).toMatchObject({ count: 0, secondsToFirst: undefined });
      chunks.add();
      chunks.add();
      expect(chunks).toMatchObject({ count: 2, secondsToFirst: expect.any(Number) });
    }
    expect(records).toEqual([['next true', { a: 1 }]]);
  });
});

it('Metrics: disabled without a meter provider', () => {
  expect(new Metrics(createNoopMeter(), 'operation').enabled).toBe(false);
});

describe('token counters', () => {
  /** What each counter was given for these attributes, by its name without the common part. */
  function counted(attributes: Attributes) {
    const added: Record<string, [unknown, number][]> = {};
    const meter = {
      createHistogram: () => ({ record: () => {} }),
      createCounter: (name: string) => ({
        add: (count: number, { 'gen_ai.token.modality': modality }: Attributes) => {
          const counter = name.replace('gen_ai.client.inference.usage.', '');
          added[counter] = [...(added[counter] ?? []), [modality, count]];
        },
      }),
    } as unknown as Meter;
    inferenceTokens(meter)(attributes, {});
    return added;
  }

  it('are split by modality, where that is known', () => {
    const attributes = {
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.audio.input_tokens': 30,
      'gen_ai.usage.image.input_tokens': 0,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.text.output_tokens': 15,
      'gen_ai.usage.audio.output_tokens': 5,
      'gen_ai.usage.cache_read.input_tokens': 64,
      'gen_ai.usage.cache_write.input_tokens': 0,
      'gen_ai.usage.reasoning.output_tokens': 7,
    };
    expect(counted(attributes)).toEqual({
      input_tokens: [
        ['audio', 30],
        ['unknown', 70],
      ],
      output_tokens: [
        ['text', 15],
        ['audio', 5],
      ],
      'cache_read.input_tokens': [['unknown', 64]],
      'reasoning.output_tokens': [['unknown', 7]],
    });
  });

  it('keep the total if its parts exceed it', () => {
    const attributes = { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.text.input_tokens': 11 };
    expect(counted(attributes)).toEqual({ input_tokens: [['unknown', 10]] });
  });

  it('count nothing without usage', () => {
    expect(counted({ 'gen_ai.usage.text.input_tokens': 'many' })).toEqual({});
  });
});

describe('Metrics of work inside the process', () => {
  const record = vi.fn();
  const meter = {
    createHistogram: (name: string) => ({
      record: (seconds: number, attributes: Attributes) => record(name, seconds, attributes),
    }),
  } as unknown as Meter;
  const common = { 'gen_ai.conversation.id': 'c', 'gen_ai.agent.name': 'A' };

  it.each([
    [
      'execute_tool',
      { 'gen_ai.tool.name': 'f', 'gen_ai.tool.type': 'function', 'gen_ai.tool.call.id': '1' },
      { 'gen_ai.tool.name': 'f', 'gen_ai.tool.type': 'function', 'gen_ai.agent.name': 'A' },
    ],
    ['invoke_agent', {}, { 'gen_ai.agent.name': 'A' }],
    ['invoke_workflow', { 'gen_ai.workflow.name': 'W' }, { 'gen_ai.workflow.name': 'W' }],
  ])('%s', (operation, attributes, expected) => {
    record.mockClear();
    const metrics = new Metrics(meter, 'operation');
    metrics.recordInternal(2, { ...common, 'gen_ai.operation.name': operation, ...attributes });
    metrics.recordInternal(3, { ...common, 'gen_ai.operation.name': operation, ...attributes, 'error.type': 'Mine' });
    expect(record.mock.calls).toEqual([
      [`gen_ai.${operation}.duration`, 2, expected],
      [`gen_ai.${operation}.duration`, 3, { ...expected, 'error.type': '_OTHER' }],
    ]);
  });

  it('records nothing for any other operation', () => {
    record.mockClear();
    new Metrics(meter, 'operation').recordInternal(1, { 'gen_ai.operation.name': 'chat' });
    new Metrics(meter, 'operation').recordInternal(1, {});
    expect(record).not.toHaveBeenCalled();
  });
});

describe('OpenSpan', () => {
  const open = (overrides: Partial<Span> = {}, config: OpenAIInstrumentationConfig = {}) => {
    const { diag, error } = logger();
    const settings = readConfig(config, {}, diag);
    const end = vi.fn();
    const setAttribute = vi.fn();
    const span = { isRecording: () => true, setAttribute, end, ...overrides } as unknown as Span;
    const tracer = { startSpan: vi.fn(() => span) } as unknown as Tracer;
    const start = {
      name: 'chat',
      kind: SpanKind.CLIENT,
      attributes: [{ a: 1, b: undefined }, { c: 3 }],
      measured: true,
    };
    const metrics = new Metrics(createNoopMeter(), 'operation');
    const sink = { tracer, diag, settings, metrics, logger: { emit: vi.fn() }, logOnce: vi.fn() };
    return { openSpan: new OpenSpan(start, ROOT_CONTEXT, sink), tracer, setAttribute, end, error };
  };

  it('carries what is known, and nothing that is not', () => {
    const { openSpan, tracer, setAttribute } = open({}, { captureMessageContent: 'event' });
    expect(tracer.startSpan).toHaveBeenCalledWith(
      'chat',
      { kind: SpanKind.CLIENT, attributes: { a: 1, c: 3 } },
      ROOT_CONTEXT,
    );
    openSpan.addAttributes({ a: undefined, c: 4, d: 'x'.repeat(2_000) });
    expect(setAttribute.mock.calls).toEqual([
      ['c', 4],
      ['d', `${'x'.repeat(256)}…[truncated]`],
    ]);
    expect(openSpan.attributes).toEqual({ a: 1, c: 4, d: `${'x'.repeat(256)}…[truncated]` });
  });

  it('keeps copies of what metrics need, unless log events need everything', () => {
    const { openSpan, setAttribute } = open();
    openSpan.addAttributes({ d: 1, 'gen_ai.usage.input_tokens': 5, 'server.address': 'api.openai.com' });
    expect(setAttribute).toHaveBeenCalledTimes(3);
    expect(openSpan.attributes).toEqual({ 'gen_ai.usage.input_tokens': 5, 'server.address': 'api.openai.com' });
  });

  it('says nothing after its end', () => {
    const { openSpan, end } = open();
    const work = vi.fn();
    openSpan.update(work);
    openSpan.end();
    openSpan.end();
    openSpan.update(work);
    expect(work).toHaveBeenCalledOnce();
    expect(end).toHaveBeenCalledOnce();
  });

  it('reports the first of its faults, and goes on', () => {
    const { openSpan, error } = open({ end: broken });
    openSpan.update(broken);
    openSpan.update(broken);
    openSpan.end();
    expect(openSpan.ended).toBe(true);
    expect(error).toHaveBeenCalledOnce();
  });
});
