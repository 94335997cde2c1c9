import { describe } from './picture.mjs';

/** @typedef {any} Stage The SDK, a class of it, a server and the picture that is taken. */

const VAD = {
  audio: { input: { turn_detection: { type: 'server_vad' }, transcription: { model: 'gpt-4o-transcribe' } } },
  turn_detection: { type: 'server_vad' },
  input_audio_transcription: { model: 'gpt-4o-transcribe' },
};
const TOOLS = [{ type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }];

/**
 * @param {Stage} stage
 * @param {{ baseURL?: string, silent?: boolean }} [options]
 */
function open({ sdk, server, Class, picture }, { baseURL = server.url, silent = false } = {}) {
  const client = new sdk.OpenAI({ apiKey: 'sk-test', baseURL });
  return follow(new Class({ model: 'gpt-realtime' }, client), picture, silent);
}

/**
 * @param {any} rt
 * @param {any} picture
 * @param {boolean} [silent] without a listener for errors
 */
function follow(rt, picture, silent = false) {
  picture.look('new', rt);
  picture.look('new socket', rt.socket);
  if (!silent) rt.on('error', (/** @type {unknown} */ error) => picture.add('error', describe(error)));
  rt.on('event', (/** @type {any} */ { type, event_id, ...rest }) =>
    picture.add('event', type, event_id, Object.keys(rest)),
  );
  rt.on('close', (/** @type {unknown[]} */ ...args) => picture.add('sdk close', args));
  return rt;
}

/**
 * @param {any} rt
 * @param {string} type
 */
function next(rt, type) {
  return new Promise((resolve) => rt.once(type, resolve));
}

/**
 * @param {any} rt
 * @param {any} picture
 * @returns {Promise<void>}
 */
function closed({ socket }, picture) {
  return new Promise((resolve) => {
    const onClose = (/** @type {any} */ first, /** @type {any} */ second) => {
      picture.add('close', first?.code ?? first, String(first?.reason ?? second));
      picture.look('closed socket', socket);
      resolve();
    };
    if (socket.on) socket.on('close', onClose);
    else socket.addEventListener('close', onClose, { once: true });
  });
}

/**
 * @param {any} rt
 * @param {any} picture
 */
async function close(rt, picture) {
  const end = closed(rt, picture);
  rt.close();
  await end;
  picture.look('closed', rt);
}

/**
 * @param {any} rt
 * @param {string} type
 * @param {object} [fields]
 */
function tell(rt, type, fields = {}) {
  rt.send({ type: `fake.${type}`, ...fields });
}

/**
 * @param {any} rt
 * @param {string} text
 */
function say(rt, text) {
  rt.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  });
}

/**
 * @param {any} rt
 * @param {string} text
 */
function speak(rt, text) {
  rt.send({ type: 'input_audio_buffer.append', audio: Buffer.from(text).toString('base64') });
}

/**
 * The end of a socket that is refused. The global `WebSocket` of Node.js 20 and 22 has no event for it but the error.
 *
 * @param {any} rt
 */
async function refused(rt) {
  const { socket } = rt;
  const error = next(rt, 'error');
  if (socket.on) await new Promise((resolve) => socket.once('close', resolve));
  else await error;
}

/**
 * Opens a session in which a response has begun, and has stopped after some events.
 *
 * @param {Stage} stage
 */
async function midway(stage) {
  const rt = open(stage);
  await next(rt, 'session.created');
  tell(rt, 'hold', { after: 4 });
  rt.send({ type: 'response.create' });
  await next(rt, 'response.output_item.added');
  return rt;
}

/** @type {Record<string, (stage: Stage) => Promise<void>>} */
export const realtimeScenarios = {
  async conversation(stage) {
    const rt = open(stage);
    await next(rt, 'session.created');
    say(rt, 'Hello you');
    rt.send({ type: 'response.create' });
    stage.picture.add('response', await next(rt, 'response.done'));
    await close(rt, stage.picture);
  },

  async 'tool call'(stage) {
    const rt = open(stage);
    await next(rt, 'session.created');
    rt.send({ type: 'session.update', session: { tools: TOOLS } });
    say(rt, 'What is the weather?');
    rt.send({ type: 'response.create', event_id: 'mine' });
    const { response } = await next(rt, 'response.done');
    const { call_id } = response.output[0];
    rt.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id, output: 'sunny' } });
    rt.send({ type: 'response.create' });
    stage.picture.add('response', await next(rt, 'response.done'));
    await close(rt, stage.picture);
  },

  async 'server detects turns'(stage) {
    const rt = open(stage);
    await next(rt, 'session.created');
    rt.send({ type: 'session.update', session: VAD });
    speak(rt, 'Hello you there.');
    await next(rt, 'response.done');
    await close(rt, stage.picture);
  },

  async interrupted(stage) {
    const rt = open(stage);
    await next(rt, 'session.created');
    rt.send({ type: 'session.update', session: VAD });
    tell(rt, 'hold', { after: 4 });
    rt.send({ type: 'response.create' });
    await next(rt, 'response.output_item.added');
    speak(rt, 'Stop.');
    tell(rt, 'release');
    await next(rt, 'response.done');
    await next(rt, 'response.done');
    await close(rt, stage.picture);
  },

  async cancelled(stage) {
    const rt = await midway(stage);
    rt.send({ type: 'response.cancel' });
    tell(rt, 'release');
    stage.picture.add('response', await next(rt, 'response.done'));
    await close(rt, stage.picture);
  },

  async 'two responses at once'(stage) {
    const rt = await midway(stage);
    rt.send({ type: 'response.create', event_id: 'second' });
    rt.send({ type: 'response.create' });
    tell(rt, 'release');
    await next(rt, 'response.done');
    await close(rt, stage.picture);
  },

  async 'server closes midway'(stage) {
    const rt = await midway(stage);
    const end = closed(rt, stage.picture);
    tell(rt, 'close', { code: 1011, reason: 'internal' });
    await end;
    rt.send({ type: 'response.create' });
  },

  async 'connection lost midway'(stage) {
    const rt = await midway(stage);
    const end = closed(rt, stage.picture);
    tell(rt, 'drop');
    await end;
  },

  async 'application closes midway'(stage) {
    await close(await midway(stage), stage.picture);
  },

  async 'application closes with a code of its own'(stage) {
    const rt = await midway(stage);
    const end = closed(rt, stage.picture);
    rt.close({ code: 4000, reason: 'bored' });
    await end;
  },

  async 'handshake refused'(stage) {
    const rt = open(stage, { baseURL: stage.server.scenario('refuse-401') });
    await refused(rt);
    stage.picture.add('state', rt.socket.readyState);
  },

  async 'nobody listens for the refusal'(stage) {
    open(stage, { baseURL: stage.server.scenario('refuse-500'), silent: true });
    await stage.picture.until('unhandled rejection');
  },

  async 'no server'(stage) {
    const rt = open(stage, { baseURL: 'https://127.0.0.1:9/v1' });
    await refused(rt);
    stage.picture.add('state', rt.socket.readyState);
  },

  async 'sent too early'(stage) {
    const rt = open(stage);
    rt.send({ type: 'response.create' });
    await next(rt, 'session.created');
    rt.close({ code: 5, reason: 'not allowed' });
    await close(rt, stage.picture);
  },

  async 'closed before it is open'(stage) {
    const rt = open(stage);
    const end = refused(rt);
    rt.close();
    await end;
  },

  async 'closed before it is open, with a code that is not allowed'(stage) {
    const rt = open(stage);
    const end = refused(rt);
    const begin = next(rt, 'session.created');
    rt.close({ code: 5, reason: 'not allowed' });
    // Only the socket of `ws` accepts it, as long as there is no connection.
    if (rt.socket.on) await end;
    else {
      await begin;
      await close(rt, stage.picture);
    }
  },

  async 'cannot be sent'(stage) {
    const rt = open(stage);
    await next(rt, 'session.created');
    const circular = /** @type {any} */ ({ type: 'response.create' });
    circular.response = circular;
    stage.picture.add('returned', rt.send(circular));
    rt.send(undefined);
    rt.send({ type: 'response.create', response: { big: 1n } });
    await close(rt, stage.picture);
  },

  async 'nobody listens for errors'(stage) {
    const rt = open(stage, { silent: true });
    await next(rt, 'session.created');
    rt.send({ type: 'what' });
    rt.send({ type: 'response.create' });
    await next(rt, 'response.done');
    await close(rt, stage.picture);
  },

  async 'a listener that throws'(stage) {
    const rt = open(stage);
    await next(rt, 'session.created');
    rt.on('event', (/** @type {any} */ { type }) => {
      if (type === 'response.created') throw new RangeError('in a listener for all events');
    });
    rt.on('response.done', () => {
      throw new RangeError('in a listener');
    });
    rt.on('response.done', () => stage.picture.add('the next listener'));
    rt.send({ type: 'response.create' });
    // A socket of `ws` does not go on after an exception.
    const isWs = Boolean(rt.socket.on);
    await stage.picture.until('uncaught exception', isWs ? 1 : 2);
    stage.picture.add('state', rt.socket.readyState);
    if (!isWs) await close(rt, stage.picture);
  },

  async 'listeners come and go'(stage) {
    const { picture } = stage;
    const rt = open(stage);
    const seen = () => picture.add('seen once');
    rt.once('session.created', seen);
    rt.on('session.updated', seen).off('session.updated', seen);
    await rt.emitted('session.created');
    rt.socket.removeAllListeners?.('open');
    rt.socket.once?.('close', () => picture.add('first'));
    rt.socket.prependListener?.('close', () => picture.add('before the first'));
    picture.look('socket with listeners', rt.socket);
    rt.send({ type: 'session.update', session: { tools: TOOLS } });
    await rt.emitted('session.updated');
    await close(rt, picture);
  },

  async 'strange frames'(stage) {
    const rt = open(stage);
    await next(rt, 'session.created');
    const frames = [
      'not json',
      '[]',
      '{}',
      '"text"',
      { type: 'what.is.this' },
      { type: 'response.done' },
      { type: 'response.done', response: { id: 'r1', status: 'completed' } },
      { type: 'response.done', response: { id: 'r1', status: 'completed' } },
      { type: 'session.created', session: null },
      { type: 'close', code: 1 },
      { type: 'reconnected' },
      { type: 'error' },
      { binary: 'AQID' },
      { big: 300_000 },
    ];
    tell(rt, 'say', { frames });
    rt.send({ type: 'response.create' });
    await next(rt, 'response.done');
    await next(rt, 'response.done');
    await close(rt, stage.picture);
  },

  async 'of Azure'(stage) {
    const { sdk, server, Class, picture, transport } = stage;
    const client = new sdk.AzureOpenAI({
      apiKey: 'azure-secret',
      apiVersion: '2025-08-28',
      baseURL: `${server.origin}/openai`,
      deployment: 'my-deployment',
    });
    const rt = follow(await Class.azure(client, transport === 'ws' ? {} : { dangerouslyAllowBrowser: true }), picture);
    await next(rt, 'session.created');
    rt.send({ type: 'response.create' });
    await next(rt, 'response.done');
    picture.add('url', String(rt.url));
    await close(rt, picture);
  },

  async 'made by create()'(stage) {
    const { sdk, server, Class, picture } = stage;
    if (sdk.major < 6) return;
    const client = new sdk.OpenAI({ apiKey: async () => 'sk-from-function', baseURL: server.url });
    const rt = follow(await Class.create(client, { model: 'gpt-realtime' }), picture);
    await next(rt, 'session.created');
    rt.send({ type: 'response.create' });
    await next(rt, 'response.done');
    await close(rt, picture);
  },

  async reconnects(stage) {
    const { sdk, server, Class, picture } = stage;
    if (sdk.major < 7) return;
    const client = new sdk.OpenAI({ apiKey: 'sk-test', baseURL: server.url });
    const options = {
      model: 'gpt-realtime',
      reconnect: true,
      reconnectInitialDelay: 1,
      reconnectMaxDelay: 1,
      maxQueueBytes: 1000,
    };
    const rt = follow(new Class(options, client), picture);
    await next(rt, 'session.created');
    tell(rt, 'hold', { after: 4 });
    rt.sendResponseCreate({ type: 'response.create' });
    await next(rt, 'response.output_item.added');
    const reconnected = next(rt, 'reconnected');
    rt.on('reconnecting', (/** @type {any} */ { delay, ...event }) => {
      picture.add('reconnecting', event);
      rt.sendResponseCreate({ type: 'response.create', event_id: 'queued' });
    });
    tell(rt, 'drop');
    await reconnected;
    rt.flushPending();
    await next(rt, 'response.done');
    const end = next(rt, 'close');
    rt.close();
    await end;
    picture.look('closed', rt);
  },

  async 'collected after its close'(stage) {
    const reference = await (async () => {
      const rt = open(stage);
      await next(rt, 'session.created');
      rt.send({ type: 'response.create' });
      await next(rt, 'response.done');
      await close(rt, stage.picture);
      return new WeakRef(rt);
    })();
    for (let i = 0; i < 50 && reference.deref(); i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      globalThis.gc?.();
    }
    stage.picture.add('collected', reference.deref() === undefined);
  },
};
