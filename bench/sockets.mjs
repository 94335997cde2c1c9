/**
 * `npm run build && node bench/sockets.mjs`: what the instrumentation adds to an event of a WebSocket session, and what an open
 * session keeps in memory. Each figure is the best of several fresh processes, bare and traced in turn, and is CPU time: the
 * machine may have other work.
 *
 * An event is handed to the socket as `ws` does it, so that the SDK and the instrumentation are measured, and not the network.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROCESSES = 5;
const ROUNDS = 10;
const EVENTS = 5_000;
const SESSIONS = 200;
/** 6.4 KB of sound, as base64: 100 ms. */
const SOUND = 'A'.repeat(6_400);

/** @type {Record<string, object>} */
const EVENTS_BY_NAME = {
  'text delta': { type: 'response.output_text.delta', response_id: 'resp_1', item_id: 'item_1', delta: 'word ' },
  'sound, 6.4 KB': { type: 'response.output_audio.delta', response_id: 'resp_1', item_id: 'item_1', delta: SOUND },
};

const [api] = process.argv.slice(2);
if (api) await measure(api);
else await compare();

async function compare() {
  const run = promisify(execFile);
  const file = fileURLToPath(import.meta.url);
  for (const name of ['openai', 'agents']) {
    /** @type {Record<string, Record<string, number>>} */
    const best = { bare: {}, traced: {} };
    for (let i = 0; i < PROCESSES; i++) {
      for (const [side, figures] of Object.entries(best)) {
        const env = { ...process.env, TRACED: side === 'traced' ? '1' : '' };
        const { stdout } = await run(process.execPath, ['--expose-gc', file, name], { env });
        for (const [what, figure] of Object.entries(JSON.parse(stdout))) {
          figures[what] = Math.min(figures[what] ?? Number.POSITIVE_INFINITY, Number(figure));
        }
      }
    }
    for (const [what, bare] of Object.entries(best.bare ?? {})) {
      const traced = best.traced?.[what] ?? Number.NaN;
      console.log(
        `${name}, ${what}: bare ${bare.toFixed(2)}, traced ${traced.toFixed(2)}, added ${(traced - bare).toFixed(2)}`,
      );
    }
  }
}

/** @param {string} api */
async function measure(api) {
  const telemetry = process.env.TRACED ? await import('./sockets-telemetry.mjs') : undefined;
  const { startFakeSockets } = await import('../test/support/fake-openai/sockets/index.mjs');
  const server = await startFakeSockets();
  const open = api === 'openai' ? await openai(server) : await agents(server);

  /** @type {Record<string, number>} */
  const figures = {};
  const kept = [];
  // What the first sessions load and compile is not theirs.
  for (let i = 0; i < SESSIONS / 2; i++) kept.push(await open());
  const before = heap();
  for (let i = 0; i < SESSIONS; i++) kept.push(await open());
  figures['an open session, KB'] = (heap() - before) / SESSIONS / 1024;

  const { socket, count } = await open();
  for (const [name, event] of Object.entries(EVENTS_BY_NAME)) {
    const message = Buffer.from(JSON.stringify(event));
    const begin = JSON.stringify({ type: 'response.created', response: { id: 'resp_1' } });
    socket.emit('message', Buffer.from(begin), false);
    const times = [];
    for (let round = 0; round < ROUNDS; round++) {
      globalThis.gc?.();
      const start = process.cpuUsage();
      for (let i = 0; i < EVENTS; i++) socket.emit('message', message, false);
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / EVENTS);
    }
    figures[`${name}, µs`] = Math.min(...times);
  }
  if (kept.length < SESSIONS) throw new Error('sessions were lost');
  if (count() < ROUNDS * EVENTS * 2) throw new Error('not all events reached the listener');

  telemetry?.check();
  console.log(JSON.stringify(figures));
  process.exit();
}

function heap() {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** @param {{ url: string, ca: string }} server */
async function openai({ url, ca }) {
  const { OpenAI } = await import('openai');
  const { OpenAIRealtimeWS } = await import('openai/realtime/ws');
  const client = new OpenAI({ apiKey: 'sk-pretend', baseURL: url });
  return async () => {
    const rt = new OpenAIRealtimeWS({ model: 'gpt-realtime', options: { ca } }, client);
    let count = 0;
    rt.on('event', () => count++);
    await new Promise((resolve) => rt.once('session.created', resolve));
    return { socket: rt.socket, count: () => count };
  };
}

/** @param {{ url: string, ca: string }} server */
async function agents({ url, ca }) {
  const { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } = await import('@openai/agents/realtime');
  const { WebSocket } = await import('ws');
  return async () => {
    const socket = new WebSocket(`${url.replace('https', 'wss')}/realtime?model=gpt-realtime`, { ca });
    const transport = new OpenAIRealtimeWebSocket({ createWebSocket: async () => /** @type {any} */ (socket) });
    const session = new RealtimeSession(new RealtimeAgent({ name: 'guide' }), { transport, model: 'gpt-realtime' });
    let count = 0;
    session.on('transport_event', () => count++);
    await session.connect({ apiKey: 'sk-pretend' });
    return { socket, count: () => count };
  };
}
