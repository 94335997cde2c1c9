import { inspect } from 'node:util';

/** Ports and times differ between runs. */
const VARIABLE = [
  { pattern: /127\.0\.0\.1:\d+/g, by: '127.0.0.1:PORT' },
  { pattern: /port: \d+/g, by: 'port: PORT' },
];

/** What an application can see of a scenario, in the order in which it happened. */
export class Picture {
  /** @type {unknown[][]} */
  #lines = [];
  /** @type {(() => void) | undefined} */
  #onLine;
  #server;
  #before;
  /** @type {(error: unknown) => void} */
  #onRejection = (error) => this.add('unhandled rejection', describe(error));
  /** @type {(error: unknown) => void} */
  #onException = (error) => this.add('uncaught exception', describe(error));

  /** @param {{ connections: import('../../support/fake-openai/sockets/connection.mjs').Connection[] }} server */
  constructor(server) {
    this.#server = server;
    this.#before = server.connections.length;
    process.on('unhandledRejection', this.#onRejection);
    process.on('uncaughtException', this.#onException);
  }

  /**
   * @param {string} what
   * @param {...unknown} details
   */
  add(what, ...details) {
    this.#lines.push([what, ...details]);
    this.#onLine?.();
  }

  /**
   * Until something was seen a number of times.
   *
   * @param {string} what
   * @returns {Promise<void>}
   */
  until(what, times = 1) {
    return new Promise((resolve) => {
      this.#onLine = () => {
        if (this.#lines.filter((line) => line[0] === what).length >= times) resolve();
      };
      this.#onLine();
    });
  }

  /**
   * An object as it looks from outside.
   *
   * @param {string} what
   * @param {any} object
   */
  look(what, object) {
    const descriptors = Object.getOwnPropertyDescriptors(object);
    const own = Reflect.ownKeys(object).map((key) => {
      const { value, get, set, ...flags } = /** @type {any} */ (descriptors)[key];
      return [String(key), typeof value, value?.constructor?.name, typeof get, typeof set, flags];
    });
    /** @type {string[]} */
    const enumerated = [];
    for (const key in object) enumerated.push(key);
    const listeners = typeof object.eventNames === 'function' ? listenersOf(object) : undefined;
    const prototypes = [];
    for (let at = Object.getPrototypeOf(object); at; at = Object.getPrototypeOf(at))
      prototypes.push(at.constructor?.name);
    const printed = inspect(object, { depth: 0, compact: true, breakLength: Number.POSITIVE_INFINITY });
    this.add(what, {
      own,
      enumerated,
      listeners,
      prototypes,
      printed: printed.replace(/Timeout \{[^}]*\}|\d{4,}/g, ''),
    });
  }

  /** @returns {Promise<unknown>} what was seen, and what the server was sent */
  async finish() {
    // Rejections that nobody handles are reported after the microtasks.
    await new Promise(setImmediate);
    process.off('unhandledRejection', this.#onRejection);
    process.off('uncaughtException', this.#onException);
    const connections = this.#server.connections.slice(this.#before).map(({ path, headers, received }) => {
      const { host, 'sec-websocket-key': _, ...rest } = headers;
      return { path, headers: rest, received };
    });
    let text = JSON.stringify({ seen: this.#lines, connections });
    for (const { pattern, by } of VARIABLE) text = text.replace(pattern, by);
    return JSON.parse(text);
  }
}

/** @param {any} error */
export function describe(error) {
  if (typeof error !== 'object' || error === null) return String(error);
  const { name, message, code, cause, error: body, event_id } = error;
  const keys = Reflect.ownKeys(error).map(String);
  return { class: error.constructor?.name, name, message, code, keys, cause: cause?.message, body, event_id };
}

/** @param {import('node:events').EventEmitter} emitter */
function listenersOf(emitter) {
  return emitter
    .eventNames()
    .map((name) => [String(name), emitter.listeners(name).map((listener) => String(listener).length)]);
}
