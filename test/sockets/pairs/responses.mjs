import { describe } from './picture.mjs';

/** @typedef {any} Stage The SDK, a class of it, a server and the picture that is taken. */

/**
 * @param {Stage} stage
 * @param {object} [options]
 * @param {{ baseURL?: string, silent?: boolean }} [more]
 */
function open({ sdk, server, Class, picture }, options = {}, { baseURL = server.url, silent = false } = {}) {
  const ws = new Class(new sdk.OpenAI({ apiKey: 'sk-test', baseURL }), options);
  picture.look('new', ws);
  picture.look('new socket', ws.socket);
  picture.look('new socket below', ws.socket.platformSocket);
  if (!silent) ws.on('error', (/** @type {unknown} */ error) => picture.add('error', describe(error)));
  ws.on('event', (/** @type {any} */ { type, ...rest }) => picture.add('event', type, Object.keys(rest)));
  ws.on('raw', (/** @type {any} */ data) => picture.add('raw', String(data)));
  ws.on('close', (/** @type {unknown[]} */ ...args) => picture.add('close', args));
  ws.on('reconnecting', (/** @type {any} */ { delay, ...event }) => picture.add('reconnecting', event));
  ws.on('reconnected', () => picture.add('reconnected'));
  return ws;
}

/**
 * @param {any} ws
 * @param {string} type
 */
function next(ws, type) {
  return new Promise((resolve) => ws.once(type, resolve));
}

/**
 * @param {any} ws
 * @param {any} picture
 */
async function close(ws, picture) {
  const end = next(ws, 'close');
  ws.close();
  await end;
  picture.look('closed', ws);
  picture.look('closed socket', ws.socket.platformSocket);
}

/**
 * @param {any} ws
 * @param {object} [more]
 */
function create(ws, more = {}) {
  ws.send({ type: 'response.create', model: 'gpt-4.1', input: 'Hello you', ...more });
}

const RECONNECT = { initialDelay: 1, maxDelay: 1, maxRetries: 2, onReconnecting: () => ({}) };

/** @type {Record<string, (stage: Stage) => Promise<void>>} */
export const responsesScenarios = {
  async 'a response'(stage) {
    const ws = open(stage);
    create(ws);
    stage.picture.add('response', await next(ws, 'response.completed'));
    await close(ws, stage.picture);
  },

  async 'lanes, an error and a failure'(stage) {
    const ws = open(stage);
    create(ws, { stream_id: 'a', model: undefined });
    create(ws, { stream_id: 'b', model: 'gpt-fails' });
    create(ws, { stream_id: 'b' });
    await next(ws, 'response.completed');
    await close(ws, stage.picture);
  },

  async 'by its iterator'(stage) {
    const ws = open(stage);
    create(ws);
    let count = 0;
    for await (const event of ws.stream()) {
      stage.picture.add('iterated', event.type, event.message?.type);
      if (event.message?.type === 'response.completed') ws.close();
      if (++count > 100) break;
    }
  },

  async 'sendRaw()'(stage) {
    const ws = open(stage);
    ws.sendRaw(JSON.stringify({ type: 'response.create', model: 'gpt-4.1', input: 'raw' }));
    await next(ws, 'response.completed');
    await close(ws, stage.picture);
  },

  async reconnects(stage) {
    const ws = open(stage, { reconnect: RECONNECT });
    create(ws);
    await next(ws, 'response.completed');
    const reconnecting = next(ws, 'reconnecting');
    const reconnected = next(ws, 'reconnected');
    ws.send({ type: 'fake.drop' });
    await reconnecting;
    create(ws);
    await reconnected;
    await next(ws, 'response.completed');
    stage.picture.look('reconnected', ws);
    await close(ws, stage.picture);
  },

  async 'handshake refused'(stage) {
    const ws = open(stage, {}, { baseURL: stage.server.scenario('refuse-401') });
    create(ws);
    await next(ws, 'close');
  },

  async 'handshake refused, with reconnects'(stage) {
    const ws = open(stage, { reconnect: RECONNECT }, { baseURL: stage.server.scenario('refuse-503') });
    create(ws);
    await next(ws, 'close');
  },

  async 'nobody listens for errors'(stage) {
    const ws = open(stage, {}, { silent: true });
    ws.send({ type: 'what' });
    create(ws);
    await next(ws, 'response.completed');
    await close(ws, stage.picture);
  },

  async 'lost midway'(stage) {
    const ws = open(stage);
    ws.send({ type: 'fake.hold', after: 3 });
    create(ws);
    await next(ws, 'response.output_item.added');
    const end = next(ws, 'close');
    ws.send({ type: 'fake.drop' });
    await end;
    create(ws);
  },

  async 'a listener that throws'(stage) {
    const ws = open(stage);
    ws.on('response.completed', () => {
      throw new RangeError('in a listener');
    });
    create(ws);
    await stage.picture.until('uncaught exception');
    stage.picture.add('state', ws.socket.readyState);
  },

  async 'strange frames, and what cannot be sent'(stage) {
    const ws = open(stage);
    ws.send({
      type: 'fake.say',
      frames: ['not json', { type: 'close' }, { type: 'raw' }, { type: 'error' }, { binary: 'AQID' }],
    });
    create(ws);
    await next(ws, 'response.completed');
    const circular = /** @type {any} */ ({ type: 'response.create' });
    circular.input = circular;
    ws.send(circular);
    await close(ws, stage.picture);
  },

  async 'closed before it is open'(stage) {
    const ws = open(stage);
    create(ws);
    const end = next(ws, 'close');
    ws.close();
    await end;
  },
};
