import type { Attributes, DiagLogger, Span, Tracer } from '@opentelemetry/api';
import { createNoopMeter, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { describe, expect, it, vi } from 'vitest';
import { Chunks } from '../../src/calls/chunks.js';
import { readConfig } from '../../src/config.js';
import { attempt, callHook, report } from '../../src/guard.js';
import { choiceAttributes } from '../../src/telemetry/choice-events.js';
import { describeResponse } from '../../src/telemetry/headers.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import { OpenSpan } from '../../src/telemetry/open-span.js';

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
    expect(choiceAttributes(choice, { role: 'assistant', parts: [...parts] })).toEqual({
      'gen_ai.choice.index': 2,
      'gen_ai.choice.finish_reason': 'stop',
      'gen_ai.choice.role': 'assistant',
      'gen_ai.choice.tool_calls': '[{"id":"a","type":"function","name":"f","arguments":{"b":1}}]',
      'gen_ai.choice.refused': true,
      'gen_ai.choice.content': 'a\nb',
      'gen_ai.choice.refusal': 'No',
      'gen_ai.choice.reasoning': 'Hm',
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
    expect(choiceAttributes({ index: 0, toolCalls: [call] }, message as never)).toEqual({
      'gen_ai.choice.index': 0,
      'gen_ai.choice.tool_calls': '[{"id":"a","type":"function","name":"f"}]',
    });
  });
});

describe('Chunks', () => {
  it('counts and times; measures if it is told how', () => {
    const records: [string, Attributes][] = [];
    const metrics = {
      recordFirstChunk: (seconds: number, dimensions: Attributes) =>
        records.push([`first ${seconds >= 0}`, dimensions]),
      recordNextChunk: (seconds: number, dimensions: Attributes) => records.push([`next ${seconds >= 0}`, dimensions]),
    } as unknown as Metrics;
    for (const dimensions of [undefined, { a: 1 }]) {
      const chunks = new Chunks(performance.now(), metrics, dimensions);
      expect(chunks).toMatchObject({ count: 0, secondsToFirst: undefined });
      chunks.add();
      chunks.add();
      expect(chunks).toMatchObject({ count: 2, secondsToFirst: expect.any(Number) });
    }
    expect(records).toEqual([
      ['first true', { a: 1 }],
      ['next true', { a: 1 }],
    ]);
  });
});

it('Metrics: nobody measures with the meter of no SDK', () => {
  expect(new Metrics(createNoopMeter(), 'operation').enabled).toBe(false);
});

describe('OpenSpan', () => {
  const settings = readConfig({}, {}, logger().diag);
  const open = (overrides: Partial<Span> = {}) => {
    const { diag, error } = logger();
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
    const sink = { tracer, diag, settings, logger: { emit: vi.fn() } };
    return { openSpan: new OpenSpan(start, ROOT_CONTEXT, sink), tracer, setAttribute, end, error };
  };

  it('carries what is known, and nothing that is not', () => {
    const { openSpan, tracer, setAttribute } = open();
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
