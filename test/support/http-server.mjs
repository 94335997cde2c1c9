import { once } from 'node:events';
import { createServer } from 'node:http';

/** @import { IncomingMessage, RequestListener, Server } from 'node:http' */
/** @import { AddressInfo } from 'node:net' */

/**
 * A server on 127.0.0.1 whose `close()` does not wait for clients.
 *
 * @param {RequestListener} handle
 * @param {{ port: number, unref?: boolean }} options `unref`: do not keep the process alive.
 */
export async function listen(handle, { port, unref = false }) {
  const server = createServer(handle);
  if (unref) server.on('connection', (socket) => socket.unref());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  if (unref) server.unref();
  const address = /** @type {AddressInfo} */ (server.address());
  return { origin: `http://127.0.0.1:${address.port}`, close: () => close(server) };
}

/**
 * @param {Server} server
 * @returns {Promise<void>}
 */
async function close(server) {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/**
 * The whole body, or `undefined` when the client left while sending it.
 *
 * @param {IncomingMessage} message
 */
export async function readBody(message) {
  /** @type {Buffer[]} */
  const pieces = [];
  try {
    for await (const piece of message) pieces.push(piece);
  } catch {
    return undefined;
  }
  return Buffer.concat(pieces);
}
