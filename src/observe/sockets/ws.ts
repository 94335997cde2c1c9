import { type Method, mimic } from '../../method.js';
import { fieldsOf, isObject } from '../../read.js';
import { attach, attachedTo } from '../attached.js';
import { CONNECTING, OPEN, watchClosing } from './closing.js';
import type { TransportWatcher } from './socket-watcher.js';

/** A socket of the `ws` package: an `EventEmitter`. */
interface WsSocket {
  emit: Method;
}

export function isWsSocket(socket: object): socket is WsSocket {
  return typeof Reflect.get(socket, 'emit') === 'function';
}

/**
 * Watches a socket of the `ws` package through its `emit`. A listener would be visible in `listenerCount()`, would go with
 * `removeAllListeners()`, and one for `unexpected-response` would switch off the socket's own handling of a refused handshake
 * (ws 8, `lib/websocket.js`).
 */
export function watchWsSocket(socket: WsSocket, watcher: TransportWatcher): void {
  if (attachedTo(socket) !== undefined) return;
  attach(socket, new WatchedSocket(watcher));
  patchClassOf(socket);
}

class WatchedSocket {
  readonly watcher: TransportWatcher;

  constructor(watcher: TransportWatcher) {
    this.watcher = watcher;
  }

  onEmit(name: unknown, first: unknown, second: unknown): void {
    switch (name) {
      case 'upgrade':
        this.watcher.onHandshake(withStatus(first));
        break;
      case 'unexpected-response':
        this.watcher.onHandshake(withStatus(second));
        break;
      case 'open':
        this.watcher.onOpen();
        break;
      case 'error':
        this.watcher.onError(first);
        break;
      case 'close':
        this.watcher.onClosed(Number(first), String(second));
        break;
    }
  }
}

const patchedClasses = new WeakSet<object>();

/** Gives the class an `emit` of its own: that of `EventEmitter` belongs to everybody. */
function patchClassOf(socket: WsSocket): void {
  const prototype: object = Object.getPrototypeOf(socket);
  if (patchedClasses.has(prototype)) return;
  patchedClasses.add(prototype);
  const { emit } = socket;
  const patched: Method = function (...args) {
    const watched = attachedTo(this);
    if (!(watched instanceof WatchedSocket)) return emit.apply(this, args);
    watched.onEmit(args[0], args[1], args[2]);
    return watched.watcher.within(() => emit.apply(this, args));
  };
  mimic(patched, emit);
  // The one of `EventEmitter` is enumerable.
  Object.defineProperty(prototype, 'emit', { value: patched, enumerable: true, writable: true, configurable: true });
  watchClosing(prototype, 'close', (socket) => closingWatcher(socket, [CONNECTING, OPEN]));
  // The SDK terminates a socket whose handshake is refused (v7, `realtime/ws.js`).
  watchClosing(prototype, 'terminate', (socket) => closingWatcher(socket, [OPEN]));
}

function closingWatcher(socket: object, states: readonly unknown[]): TransportWatcher | undefined {
  const watched = attachedTo(socket);
  if (!(watched instanceof WatchedSocket) || !states.includes(Reflect.get(socket, 'readyState'))) return undefined;
  return isAnswer(socket) ? undefined : watched.watcher;
}

/** Whether `ws` itself calls `close()`: to answer a close frame, or because a frame is invalid (ws 7 and 8). */
function isAnswer(socket: object): boolean {
  const { _closeFrameReceived, _receiver } = fieldsOf(socket);
  return _closeFrameReceived === true || Boolean(fieldsOf(_receiver).errored);
}

/** The status and headers of an `http.IncomingMessage`, by the names that `fetch` gives them. */
function withStatus(response: unknown) {
  if (!isObject(response)) return undefined;
  return { status: response.statusCode, headers: response.headers };
}
