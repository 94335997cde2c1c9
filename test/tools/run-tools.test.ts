import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CHILD_TIMEOUT_MS } from '../support/limits.mjs';
import type { SpanPicture } from './record-spans.mjs';
import { scenarios } from './scenarios.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const node22 = Number.parseInt(process.versions.node, 10) >= 22 ? process.execPath : process.env.NODE24;

interface Sdk {
  major: string;
  format: 'cjs' | 'esm';
  node?: string | undefined;
}

const sdks: Sdk[] = [
  { major: '4', format: 'cjs', node: process.execPath },
  { major: '5', format: 'cjs', node: process.execPath },
  { major: '6', format: 'esm', node: process.execPath },
  { major: '7', format: 'cjs', node: node22 },
];

async function run(node: string, args: string[]): Promise<string[]> {
  const { stdout, stderr } = await promisify(execFile)(node, args, { cwd: HERE, timeout: CHILD_TIMEOUT_MS });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

async function bareAndTraced(node: string, args: string[]) {
  const [[bare = ''], [traced = '', spans = '']] = await Promise.all([
    run(node, args),
    run(node, ['--import', './telemetry.mjs', ...args]),
  ]);
  return { bare: JSON.parse(bare), traced: JSON.parse(traced), spans: JSON.parse(spans) as SpanPicture[] };
}

/** A span and those inside it, by name and depth, with its tool call's number and its error. */
function sketch(spans: SpanPicture[], root: string): string[] {
  const { traceId } = spans.find(({ name, parent }) => name === root && parent === undefined) ?? {};
  return spans
    .filter((span) => span.traceId === traceId && span.parent !== undefined)
    .map(({ name, parent, attributes, error }) => {
      const call = attributes['gen_ai.tool.call.id'];
      const number = typeof call === 'string' ? ` #${call.at(-1)}` : '';
      return `${parent === root ? '' : '  '}${name}${number}${error === undefined ? '' : ` ✗ ${error}`}`;
    });
}

const CHAT = 'chat gpt-4.1-mini';
const WEATHER = 'execute_tool get_weather #0';
const ONE_ROUND = [CHAT, WEATHER, CHAT];

const trees: Record<string, string[]> = {
  'an async tool that parses': ONE_ROUND,
  'raw text, at once': ONE_ROUND,
  'a stream': ONE_ROUND,
  'returns nothing': ONE_ROUND,
  'two tools at once': [CHAT, WEATHER, 'execute_tool get_time #1', CHAT],
  'two tools at once, one of which throws': [CHAT, WEATHER, 'execute_tool get_time #1 ✗ RangeError'],
  'one tool twice, the first with arguments that do not parse': [CHAT, 'execute_tool get_weather #1', CHAT],
  'rejects with what is no error': [CHAT, `${WEATHER} ✗ _OTHER`],
  'known by the name of its function': ONE_ROUND,
  'branded by a schema helper': ONE_ROUND,
  'looks at itself': ONE_ROUND,
  'classes with private fields': ONE_ROUND,
  'frozen all over': ONE_ROUND,
  'properties that notice each reading': ONE_ROUND,
  'parameters with inherited properties': ONE_ROUND,
  'a thenable that works only when asked, each time': [CHAT, WEATHER, '  SELECT', CHAT],
  'work of its own inside': [CHAT, WEATHER, '  SELECT', CHAT],
  'a tool of another type beside it': ONE_ROUND,
  'a tool without a function': [CHAT],
  'tools that are no list': [],
  'no tools at all': [],
  'a list with nothing in it': [],
};

/** What SDK 4 alone has; a function call has no id. */
const FUNCTIONS = 'functions, as before there were tools';

describe.each(sdks)('the tools of SDK $major ($format)', ({ major, format, node = '' }) => {
  it.skipIf(!node)('run the same, each in a span', async () => {
    const { bare, traced, spans } = await bareAndTraced(node, ['chat-child.mjs', major, format]);

    expect(Object.keys(bare.outcomes)).toEqual(Object.keys(scenarios));
    expect(traced).toEqual(bare);
    expect(spans.filter(({ ended }) => !ended)).toEqual([]);
    for (const [scenario, tree] of Object.entries(trees))
      expect([scenario, sketch(spans, scenario)]).toEqual([scenario, tree]);
    expect(sketch(spans, FUNCTIONS)).toEqual(major === '4' ? [CHAT, 'execute_tool get_weather', CHAT] : []);
    expect(spans.filter(({ name }) => name.startsWith('execute_tool')).map(({ kind }) => kind)).not.toContain('CLIENT');
  });
});

describe.each(['cjs', 'esm'])('the tools of the loop for responses (%s)', (format) => {
  it.skipIf(!node22)('run the same, each in a span', async () => {
    const { bare, traced, spans } = await bareAndTraced(node22 ?? '', ['responses-child.mjs', format]);

    expect(traced).toEqual(bare);
    expect(bare.outcomes.answered).toContain('Paris: 21 °C');
    expect(sketch(spans, 'question')).toEqual([...ONE_ROUND, CHAT, `${WEATHER} ✗ RangeError`]);
    expect(spans.filter(({ ended }) => !ended)).toEqual([]);
  });
});
