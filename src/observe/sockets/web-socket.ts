import { subscribe } from 'node:diagnostics_channel';
import { isObject } from '../../read.js';
import { CONNECTING, closeCode, closeReason, OPEN, watchClosing } from './closing.js';
import { watchSending } from './sending.js';
import type { TransportWatcher } from './socket-watcher.js';

const watchers = new WeakMap<object, TransportWatcher>();
const patchedClasses = new WeakSet<object>();
let subscribed = false;

/**
 * Watches a socket of the global `WebSocket` through the channels on which undici reports. A listener could be seen by the
 * application, and the order of listeners would depend on it.
 *
 * Node.js 20 and 22 report the close of a socket and not its opening, and nothing of a refused handshake: the SDK's own
 * error tells of that (see `sdk-socket.ts`).
 */
export function watchWebSocket(socket: object, watcher: TransportWatcher): void {
  watchers.set(socket, watcher);
  patchClassOf(socket);
  if (subscribed) return;
  subscribed = true;
  subscribe('undici:websocket:open', (message) => {
    watcherOf(message)?.onOpen();
  });
  subscribe('undici:websocket:close', (message) => {
    const { code, reason } = message as { code: unknown; reason: unknown };
    watcherOf(message)?.onClosed(closeCode(code), closeReason(reason));
  });
}

function patchClassOf(socket: object): void {
  const prototype: object = Object.getPrototypeOf(socket);
  if (patchedClasses.has(prototype)) return;
  patchedClasses.add(prototype);
  watchSending(prototype, (sending) => watchers.get(sending));
  watchClosing(prototype, 'close', (closing) => {
    const watcher = watchers.get(closing);
    const state = watcher && Reflect.get(closing, 'readyState');
    return state === CONNECTING || state === OPEN ? watcher : undefined;
  });
}

function watcherOf(message: unknown): TransportWatcher | undefined {
  return isObject(message) && isObject(message.websocket) ? watchers.get(message.websocket) : undefined;
}
