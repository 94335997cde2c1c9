/** @import { IncomingMessage } from 'node:http' */
/** @import { WebSocket } from 'ws' */

/** @typedef {{ type: string, [field: string]: unknown }} Event */
/** @typedef {{ onOpen?(): void, onMessage(message: Event): void }} Api */

/** One client of the fake server. */
export class Connection {
  /** @type {Event[]} What the client sent. */
  received = [];
  /** Of the handshake. */
  path;
  headers;
  number;
  #socket;
  #paceMs;
  /** After how many events a response stops until it is released. */
  #hold = Number.POSITIVE_INFINITY;
  /** @type {(() => void)[]} */
  #held = [];

  /**
   * @param {WebSocket} socket
   * @param {IncomingMessage} request
   * @param {number} number Counts the server's connections from 1.
   * @param {number} paceMs Between two events of a response.
   */
  constructor(socket, { url = '', headers }, number, paceMs) {
    this.#paceMs = paceMs;
    this.#socket = socket;
    this.path = url;
    this.headers = headers;
    this.number = number;
  }

  /** @param {Api} api */
  serve(api) {
    this.#socket.on('error', () => {});
    this.#socket.on('message', (data) => {
      const message = parse(String(data));
      if (!message) return;
      this.received.push(message);
      if (message.type.startsWith('fake.')) this.#obey(message);
      else api.onMessage(message);
    });
    api.onOpen?.();
  }

  /** @param {Event} event */
  send(event) {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(event));
  }

  /**
   * Sends the events of a response, each in a turn of its own, so that messages of the client come between them.
   *
   * @param {Event[]} events
   * @param {() => boolean} [goesOn]
   */
  async stream(events, goesOn = () => true) {
    for (const [index, event] of events.entries()) {
      if (index === this.#hold) await new Promise((resolve) => this.#held.push(() => resolve(undefined)));
      if (!goesOn() || this.#socket.readyState !== this.#socket.OPEN) return;
      this.send(event);
      await new Promise((resolve) => (this.#paceMs > 0 ? setTimeout(resolve, this.#paceMs) : setImmediate(resolve)));
    }
  }

  /**
   * `fake.say` sends frames as they are: strings, objects as JSON, `{ binary: base64 }`, `{ big: bytes }`.
   * `fake.hold` lets responses stop after that many events, `fake.release` lets them go on. `fake.close` closes with a code
   * or without one, `fake.drop` without a close frame.
   *
   * @param {Event} message
   */
  #obey({ type, frames, after, code, reason }) {
    switch (type) {
      case 'fake.say':
        for (const frame of /** @type {unknown[]} */ (frames)) this.#sendFrame(frame);
        break;
      case 'fake.hold':
        this.#hold = Number(after);
        break;
      case 'fake.release':
        this.#hold = Number.POSITIVE_INFINITY;
        for (const resolve of this.#held.splice(0)) resolve();
        break;
      case 'fake.close':
        if (code === undefined) this.#socket.close();
        else this.#socket.close(Number(code), String(reason ?? ''));
        break;
      case 'fake.drop':
        this.#socket.terminate();
        break;
    }
  }

  /** @param {unknown} frame */
  #sendFrame(frame) {
    if (typeof frame === 'string') this.#socket.send(frame);
    else if (typeof frame === 'object' && frame && 'binary' in frame) {
      this.#socket.send(Buffer.from(String(frame.binary), 'base64'), { binary: true });
    } else if (typeof frame === 'object' && frame && 'big' in frame) {
      this.#socket.send(JSON.stringify({ type: 'response.output_text.delta', delta: 'x'.repeat(Number(frame.big)) }));
    } else this.#socket.send(JSON.stringify(frame));
  }
}

/**
 * @param {string} text
 * @returns {Event | undefined}
 */
function parse(text) {
  try {
    const message = JSON.parse(text);
    return typeof message?.type === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
