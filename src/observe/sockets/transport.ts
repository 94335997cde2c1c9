import type { TransportWatcher } from './socket-watcher.js';
import { watchWebSocket } from './web-socket.js';
import { isWsSocket, watchWsSocket } from './ws.js';

/** Watches a socket of `ws` or of the global `WebSocket`. */
export function watchTransport(socket: object, watcher: TransportWatcher): void {
  if (isWsSocket(socket)) watchWsSocket(socket, watcher);
  else watchWebSocket(socket, watcher);
}
