import type { Method } from '../../method.js';
import { fieldsOf, isObject } from '../../read.js';
import { attach, attachedTo } from '../attached.js';
import { CONNECTING, closeCode, closeReason, OPEN, watchClosing } from './closing.js';
import { watchSending } from './sending.js';
import { shadow } from './shadow.js';
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

/** What a socket emits while it reads. */
const FROM_RECEIVER = new Set<unknown>(['message', 'ping', 'pong']);

class WatchedSocket {
  readonly watcher: TransportWatcher;

  constructor(watcher: TransportWatcher) {
    this.watcher = watcher;
  }

  emit(emit: Method, socket: object, args: unknown[]): unknown {
    this.#onEmit(args[0], args[1], args[2]);
    try {
      return this.watcher.within(() => emit.apply(socket, args));
    } catch (error) {
      // The receiver of the socket waits for good for the end of this call (ws 7 and 8, `lib/receiver.js`).
      if (FROM_RECEIVER.has(args[0])) this.watcher.onSilenced();
      throw error;
    }
  }

  #onEmit(name: unknown, first: unknown, second: unknown): void {
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
        this.watcher.onClosed(closeCode(first), closeReason(second));
        break;
    }
  }
}

const patchedClasses = new WeakSet<object>();

/** Gives the class an `emit` of its own: that of `EventEmitter` belongs to everybody, and `for…in` lists it. */
function patchClassOf(socket: WsSocket): void {
  const prototype: object = Object.getPrototypeOf(socket);
  if (patchedClasses.has(prototype)) return;
  patchedClasses.add(prototype);
  shadow(prototype, 'emit', (emit) => {
    return function (...args) {
      const watched = attachedTo(this);
      if (!(watched instanceof WatchedSocket)) return emit.apply(this, args);
      return watched.emit(emit, this, args);
    };
  });
  watchClosing(prototype, 'close', (socket) => closingWatcher(socket, [CONNECTING, OPEN]));
  watchSending(prototype, (socket) => {
    const watched = attachedTo(socket);
    return watched instanceof WatchedSocket ? watched.watcher : undefined;
  });
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
