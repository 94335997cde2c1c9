import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { generate } from 'selfsigned';
import { WebSocketServer } from 'ws';
import { Connection } from './connection.mjs';
import { RealtimeApi } from './realtime.mjs';
import { ResponsesApi } from './responses.mjs';

/** @import { Server } from 'node:http' */
/** @import { AddressInfo } from 'node:net' */
/** @import { Duplex } from 'node:stream' */

/** `/v1`, or Azure's `/openai` and `/openai/v1`, below an optional scenario. */
const ADDRESS = /^(?:\/(?<scenario>[^/]+))??\/(?:v1|openai(?:\/v1)?)\/(?<api>realtime|responses)$/;

/** `refuse-401`: the handshake is answered with that status. */
const REFUSAL = /^refuse-(?<status>\d{3})$/;

/**
 * A server that speaks the OpenAI APIs over WebSockets: Realtime (the general API and its beta) and Responses.
 *
 * Beside the messages of the APIs it understands some of its own, so that an application can bring about what it could not
 * otherwise: `fake.say`, `fake.hold`, `fake.release`, `fake.close` and `fake.drop`, see `Connection`.
 *
 * @param {{ port?: number, tls?: boolean, unref?: boolean, paceMs?: number }} [options] `tls`: the SDK speaks to Realtime over TLS
 * only. `paceMs`: between two events of a response.
 */
export async function startFakeSockets({ port = 0, tls = true, unref = false, paceMs = 0 } = {}) {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  /** @type {Connection[]} */
  const connections = [];
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = tls ? createServer({ key, cert }) : createPlainServer();
  server.on('upgrade', (request, socket, head) => {
    if (unref && 'unref' in socket && typeof socket.unref === 'function') socket.unref();
    const { scenario, api } = ADDRESS.exec(new URL(request.url ?? '', 'http://127.0.0.1').pathname)?.groups ?? {};
    const status = api ? REFUSAL.exec(scenario ?? '')?.groups?.status : '404';
    if (status) {
      refuse(socket, status);
      return;
    }
    sockets.once('headers', (headers) => headers.push(`x-request-id: req_fake_${connections.length + 1}`));
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, request, connections.length + 1, paceMs);
      connections.push(connection);
      connection.serve(api === 'realtime' ? new RealtimeApi(connection) : new ResponsesApi(connection));
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  if (unref) server.unref();
  const address = /** @type {AddressInfo} */ (server.address());
  const origin = `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`;

  return {
    /** For the `baseURL` of a client. */
    url: `${origin}/v1`,
    /** @param {string} name such as `refuse-401` */
    scenario: (name) => `${origin}/${name}/v1`,
    origin,
    /** The certificate that a client must trust. */
    ca: cert,
    connections,
    close: () => close(server, sockets),
  };
}

/**
 * @param {Duplex} socket
 * @param {string} status
 */
function refuse(socket, status) {
  const body = JSON.stringify({
    error: { message: `Refused with ${status}.`, type: 'invalid_request_error', code: null },
  });
  const headers = [
    'content-type: application/json',
    `content-length: ${body.length}`,
    'x-request-id: req_fake_refused',
  ];
  socket.end([`HTTP/1.1 ${status} Refused`, 'connection: close', ...headers, '', body].join('\r\n'));
}

/**
 * @param {Server} server
 * @param {WebSocketServer} sockets
 */
async function close(server, sockets) {
  for (const socket of sockets.clients) socket.terminate();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
  const { url } = await startFakeSockets({ port: Number(values.port) });
  console.log(url);
}
