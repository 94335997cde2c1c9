import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';

const run = promisify(execFile);
const ROOT = new URL('../../', import.meta.url);

/** What of the process the tracing of sockets would change: its modules, and the classes of sockets. */
const LOOK = `
  const { WebSocket: GlobalWebSocket } = globalThis;
  const textsOf = (object) => object && Object.entries(Object.getOwnPropertyDescriptors(object)).map(([name, own]) =>
    [name, own.enumerable, String(own.value ?? own.get)]);
  console.log(JSON.stringify({
    modules: Object.keys(require.cache).filter((file) =>
      /node_modules.(?:ws|openai.(?:beta.)?realtime|@openai)|resources.(?:beta.)?responses.(?:ws|internal)/.test(file)),
    channels: ['open', 'close'].map((name) => channel('undici:websocket:' + name).hasSubscribers),
    emitter: textsOf(EventEmitter.prototype),
    socket: textsOf(GlobalWebSocket?.prototype),
  }));`;

const CJS = `
  const { channel } = require('node:diagnostics_channel');
  const { EventEmitter } = require('node:events');
  const { OpenAI } = require('openai');
  const client = new OpenAI({ apiKey: 'sk-test', baseURL: 'http://127.0.0.1:9/v1', maxRetries: 0 });
  client.embeddings.create({ model: 'm', input: 'x' }).catch(() => {`;

const ESM = `
  import { channel } from 'node:diagnostics_channel';
  import { EventEmitter } from 'node:events';
  import { createRequire } from 'node:module';
  import { OpenAI } from 'openai';
  const require = createRequire(import.meta.url);
  const client = new OpenAI({ apiKey: 'sk-test', baseURL: 'http://127.0.0.1:9/v1', maxRetries: 0 });
  client.embeddings.create({ model: 'm', input: 'x' }).catch(() => {`;

/** Without one, the process ends when the exporter has given up. */
let collector: Awaited<ReturnType<typeof startOtlpReceiver>>;
beforeAll(async () => {
  collector = await startOtlpReceiver();
});
afterAll(() => collector.close());

async function look(type: string, code: string, preload: string[]): Promise<Record<string, unknown>> {
  const args = ['--experimental-websocket', ...preload, `--input-type=${type}`, '--eval', `${code}${LOOK}});`];
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const env = { ...inherited, NODE_NO_WARNINGS: '1', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const { stdout } = await run(process.execPath, args, { cwd: ROOT, env });
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe.each([
  ['commonjs', CJS],
  ['module', ESM],
])('an application without sockets, %s', (type, code) => {
  test('loads, hooks and patches nothing more', async () => {
    const sdk = new URL('test/support/bare-sdk.mjs', ROOT).href;
    const auto = ['--import', sdk, '--import', 'opentelemetry-instrumentation-openai/auto'];
    const [bare, traced] = await Promise.all([look(type, code, []), look(type, code, auto)]);
    expect(bare.socket).toContainEqual(['send', true, expect.any(String)]);
    expect(traced).toEqual(bare);
    expect(traced).toMatchObject({ modules: [], channels: [false, false] });
  });
});
