import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { decodeTraces } from '../support/otlp-decode.mjs';
import { INSTALLED, type PrintedSpan, runApp } from './home.js';

const page = readFileSync(join(INSTALLED, 'docs/coming-from.md'), 'utf8');

interface Outcome {
  error?: string;
  spans: PrintedSpan[];
}
type Outcomes = Record<string, Outcome>;

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
const env = () => ({ OPENAI_BASE_URL: api.url });
beforeAll(async () => {
  api = await startFakeOpenAI();
});
afterAll(() => api.close());

/** The cells of the first table below a heading or text, a row each. */
function tableAfter(text: string): string[][] {
  const [, table = ''] = /^(\|.*?)\n\n/ms.exec(page.slice(page.indexOf(text))) ?? [];
  return table.split('\n').map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The attributes, not the events, that a cell names. `.suffix` is a further name of the same family; `{i}` stands for 0, `*` for anything. */
function attributesIn(cell: string): RegExp[] {
  let family = '';
  return [...cell.matchAll(/`([^`\s]+)`(?! event)/g)].flatMap(([, code = '']) => {
    const name = code.startsWith('.') ? family + code : code;
    if (!code.startsWith('.')) family = code.slice(0, code.lastIndexOf('.'));
    if (!/^(gen_ai|llm|langfuse|openinference|embedding|input|output|server)\./.test(name)) return [];
    return [new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('{i}', '0').replaceAll('*', '.*')}$`)];
  });
}

const PEERS = {
  'this package': 'ours.mjs',
  upstream: 'upstream.mjs',
  Traceloop: 'traceloop.mjs',
  OpenInference: 'openinference.mjs',
  "Langfuse's wrapper": 'langfuse.mjs',
  Sentry: 'sentry.mjs',
};

describe('docs/coming-from.md', () => {
  const outcomes = new Map<string, Outcomes>();
  beforeAll(async () => {
    for (const [name, telemetry] of Object.entries(PEERS)) {
      outcomes.set(name, await runApp<Outcomes>([telemetry], ['apps/calls.mjs'], env()));
    }
    const full = { ...env(), WITH_CONTENT: 'true' };
    outcomes.set('ours, with content', await runApp<Outcomes>(['ours.mjs'], ['apps/calls.mjs'], full));
  });

  const of = (peer: string) => outcomes.get(peer) ?? {};
  const attributeNames = (peer: string) =>
    new Set(Object.values(of(peer)).flatMap(({ spans }) => spans.flatMap(({ attributes }) => Object.keys(attributes))));

  /** The calls that each row of the table is about. */
  const ROWS: Record<string, string[]> = {
    '`chat.completions.parse()`, `responses.parse()`': ['chatParse', 'responsesParse'],
    '`.asResponse()`': ['asResponse'],
    '`.withResponse()`': ['withResponse'],
    'a stream’s `.withResponse()`, `.tee()`, and `.stream()`': ['streamWithResponse', 'tee', 'streamHelper'],
    'a stream left by `break`': ['break'],
  };
  const [header = [], , ...rows] = tableAfter('What works with each package active');

  it.each(rows.slice(0, -1).map(([label = '', ...cells]) => [label, cells] as const))('%s', (label, cells) => {
    const calls = ROWS[label.replace("'", '’')] ?? [];
    expect(calls).not.toEqual([]);
    for (const [column, cell] of cells.entries()) {
      const peer = Object.keys(PEERS).find((name) => header[column + 1]?.startsWith(name)) ?? '';
      for (const call of calls) {
        const { error, spans = [] } = of(peer)[call] ?? {};
        const seen = `${peer}, ${call}: ${error ?? 'no error'}, ${spans.length} spans`;
        if (cell === 'works' || cell.startsWith('a span') || cell === 'no span') expect(error, seen).toBeUndefined();
        if (cell.startsWith('a span')) expect(spans, seen).toHaveLength(1);
        if (cell === 'no span') expect(spans, seen).toHaveLength(0);
        if (cell === 'fail') expect(error, seen).toBeDefined();
        if (/^"|not a function/.test(cell)) expect(error, seen).toContain(cell.replaceAll('"', ''));
      }
    }
  });

  it.each([
    ['## From `@opentelemetry/instrumentation-openai`', 'upstream'],
    ['## From Traceloop', 'Traceloop'],
    ['## From OpenInference', 'OpenInference'],
    ["## From Langfuse's wrapper", "Langfuse's wrapper"],
    ['## From Sentry', 'Sentry'],
  ])('%s: both have the attributes that the table names', (heading, peer) => {
    const [, , ...mapping] = tableAfter(heading);
    const theirs = [...attributeNames(peer)];
    const ours = [...attributeNames('ours, with content')];
    let compared = 0;
    for (const [left = '', right = ''] of mapping) {
      // Log events are named by upstream, and not recorded here.
      if (/log event/.test(left)) continue;
      if (/metrics/.test(left)) continue;
      for (const name of attributesIn(left)) {
        expect(theirs, `${peer}: ${left}`).toContainEqual(expect.stringMatching(name));
        compared += 1;
      }
      if (/^not recorded|^never/.test(right)) continue;
      for (const name of attributesIn(right))
        expect(ours, `here: ${right}`).toContainEqual(expect.stringMatching(name));
      if (/^the same/.test(right)) {
        for (const name of attributesIn(left))
          expect(ours, `here: ${left}`).toContainEqual(expect.stringMatching(name));
      }
    }
    expect(compared).toBeGreaterThan(2);
  });
});

const blocksAfter = (heading: string) =>
  [...page.slice(page.indexOf(heading)).matchAll(/^```js\n(.*?)^```$/gms)].map(([, code = '']) => code);

describe('docs/coming-from.md, from Sentry', () => {
  it('shows the telemetry files that are run here', () => {
    const file = (name: string) => readFileSync(new URL(`apps/${name}`, import.meta.url), 'utf8');
    const [eleven, ten = ''] = blocksAfter('## From Sentry');
    expect(eleven).toBe(file('sentry-and-ours.mjs'));
    expect(file('sentry-10.mjs').replaceAll(/\s+/g, ' ')).toContain(
      ten
        .replaceAll(/\s+/g, ' ')
        .trim()
        .replace(/^Sentry.init\(\{ dsn, /, ''),
    );
  });

  it('11: sends the span to the OTLP endpoint, and the error on the same trace', async () => {
    const received: { url: string; body: Buffer }[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const isZipped = request.headers['content-encoding'] === 'gzip';
      received.push({ url: String(request.url), body: isZipped ? gunzipSync(body) : body });
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const dsn = `http://key@127.0.0.1:${(server.address() as AddressInfo).port}/1`;
    await runApp(['sentry-and-ours.mjs'], ['apps/sentry-app.mjs'], { ...env(), SENTRY_DSN: dsn });
    server.close();

    const traces = received.filter(({ url }) => url === '/api/1/integration/otlp/v1/traces/');
    const spans = traces.flatMap(({ body }) => decodeTraces(body, 'application/x-protobuf'));
    expect(spans.map(({ name }) => name).sort()).toEqual(['chat gpt-4.1-mini', 'request']);
    const envelopes = received.filter(({ url }) => url.includes('/envelope/')).map(({ body }) => body.toString());
    const error = envelopes.find((text) => text.includes('an error of the application'));
    expect(error).toContain(spans[0]?.traceId);
    expect(envelopes.join()).not.toContain('"type":"transaction"');
  });

  it('10: takes the span', async () => {
    const spans = await runApp<PrintedSpan[]>(['sentry-10.mjs'], ['apps/one-call.mjs'], env());
    expect(spans.filter(({ attributes }) => attributes['gen_ai.operation.name'])).toMatchObject([
      { name: 'chat gpt-4.1-mini', attributes: { 'llm.request_id': expect.any(String) } },
    ]);
  });
});

describe('docs/coming-from.md, from dd-trace', () => {
  /** What the Datadog Agent gets from dd-trace, and the names of the spans of this package. */
  async function besideDatadog(disabled: string, telemetry: string, app: string) {
    let sent = '';
    const agent = createServer(async (request, response) => {
      for await (const chunk of request) sent += chunk.toString('latin1');
      response.end('{}');
    });
    await new Promise<void>((resolve) => agent.listen(0, '127.0.0.1', resolve));
    const spans = await runApp<PrintedSpan[]>(['dd-trace/initialize.mjs', telemetry], [`apps/${app}`], {
      ...env(),
      DD_TRACE_AGENT_PORT: String((agent.address() as AddressInfo).port),
      DD_TRACE_DISABLED_INSTRUMENTATIONS: disabled,
      DD_TRACE_STARTUP_LOGS: 'false',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      // Longer than it waits before it sends.
      LINGER_MS: '3000',
    });
    agent.close();
    return { sent, names: spans.map(({ name }) => name) };
  }

  it('the variable keeps dd-trace from tracing the call as well', async () => {
    const [both, one] = await Promise.all([
      besideDatadog('', 'ours-manual.mjs', 'one-call.mjs'),
      besideDatadog('openai', 'ours-manual.mjs', 'one-call.mjs'),
    ]);
    expect(both.sent).toContain('openai.request');
    expect(one.sent).not.toContain('openai.request');
    // It did send the spans of other instrumentations.
    expect(one.sent).toContain('http.request');
    expect(one.names).toEqual(['chat gpt-4.1-mini']);
  });

  it('only ES modules need manuallyInstrument', async () => {
    const [esm, cjs] = await Promise.all([
      besideDatadog('openai', 'ours.mjs', 'one-call.mjs'),
      besideDatadog('openai', 'ours.mjs', 'one-call.cjs'),
    ]);
    expect(esm.names).toEqual([]);
    expect(cjs.names).toEqual(['chat gpt-4.1-mini']);
  });
});
