import { beforeAll, describe, expect, test } from 'vitest';
import { type Comparison, compare } from './compare.mjs';
import { differences } from './differences.mjs';
import { FAULTS } from './faults.mjs';
import { judge } from './judge.mjs';
import { normalise } from './normalise.mjs';
import type { SpanRecord } from './recorder.mjs';

/** The case that detects each fault. */
const SEEN_BY: Record<string, string> = {
  'eager-then': 'asResponse, body read by the application',
  'plain-promise': 'parse',
  'handles-rejections': 'never awaited, fails',
  'cuts-stacks': 'status 500',
  'visible-property': 'look of the promise',
  'reads-ahead': 'stream break',
};
const INNOCENT = 'success';

describe('the comparison', () => {
  let comparisons: Comparison[];
  const row = (mode: string, name: string) =>
    comparisons.find((each) => each.mode === mode)?.rows.find((each) => each.name === name);

  beforeAll(async () => {
    const cases = [...Object.values(SEEN_BY), INNOCENT];
    const modes = ['bare', ...Object.keys(FAULTS)];
    comparisons = await compare({ node: process.execPath, major: 6, modes, cases });
  });

  test.each(Object.keys(FAULTS))('sees %s', (fault) => {
    expect(row(fault, SEEN_BY[fault] ?? '')?.differences).not.toEqual([]);
  });

  test.each(['eager-then', 'handles-rejections', 'reads-ahead'])('does not suspect a plain call under %s', (fault) => {
    expect(row(fault, INNOCENT)?.differences).toEqual([]);
  });

  test('sees no difference where there is none', () => {
    const bare = comparisons.find(({ mode }) => mode === 'bare');
    expect(bare?.rows.map(({ differences }) => differences)).toEqual(bare?.rows.map(() => []));
  });

  test('tells what differs', () => {
    expect(differences({ a: [1, { b: 'x' }] }, { a: [1, { b: 'y' }] })).toEqual(['a.1.b: "x" became "y"']);
    expect(differences({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([': order a,b became b,a']);
    expect(differences([1], [1, 2])).toEqual(['1: nothing became 2']);
  });

  test('overlooks ports, process ids and stack frames, and nothing beside them', () => {
    const text = 'http://127.0.0.1:4711/v1 (node:12) x\n    at f (file.js:1:2)';
    expect(normalise(text)).toBe('http://127.0.0.1:<port>/v1 (node:<pid>) x');
    expect(normalise({ status: 500, port: 4711 })).toEqual({ status: 500, port: '<port>' });
  });
});

describe('the judgement of spans', () => {
  const span: SpanRecord = { name: 'chat', kind: 'CLIENT', ends: 1, status: 'UNSET', attributes: {}, events: [] };
  const broken = { ...span, attributes: { 'llm.stream.end_reason': 'failed', 'llm.stream.chunk_count': 2 } };

  test.each<[string, Parameters<typeof judge>[0], SpanRecord[], string[]]>([
    ['a span as expected', { spans: 1 }, [span], []],
    ['a missing span', { spans: 1 }, [], ['calls: 0 instead of 1']],
    ['a span that never ends', { spans: 1 }, [{ ...span, ends: 0 }], ['"chat" ended 0 times']],
    ['a span that ends twice', { spans: 1 }, [{ ...span, ends: 2 }], ['"chat" ended 2 times']],
    ['a child nobody expects', { spans: 0 }, [{ ...span, kind: 'INTERNAL' }], ['child spans: 1 instead of 0']],
    [
      'an error nobody expects',
      { spans: 1 },
      [{ ...span, status: 'ERROR' }],
      ['call 1: status: ERROR instead of UNSET'],
    ],
    ['a wrong end', { spans: 1, endReason: 'failed', chunkCount: 3 }, [broken], ['call 1: chunks: 2 instead of 3']],
    ['a list of ends', { spans: 2, endReason: ['none', 'failed'], chunkCount: ['none', 2] }, [span, broken], []],
  ])('of %s', (_, expected, spans, problems) => {
    expect(judge(expected, { spans, diag: [] })).toEqual(problems);
  });

  test('of complaints', () => {
    expect(judge({ spans: 0 }, { spans: [], diag: ['something failed'] })).toEqual(['complained: something failed']);
    expect(judge({ spans: 0, diag: true }, { spans: [], diag: ['something failed'] })).toEqual([]);
  });
});
