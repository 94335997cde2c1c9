import type { Claimant } from '../../claims.js';
import type { Method, Replacement } from '../../method.js';
import { fieldsOf, isObject } from '../../read.js';
import { attach, attachedTo } from '../attached.js';
import { type BeginSession, ClassClaims } from './class-claims.js';
import { CONNECTING, closeCode, closeReason, NO_CLOSE_FRAME, OPEN } from './closing.js';
import { shadow } from './shadow.js';
import type { Delivery, SocketWatcher, TransportWatcher } from './socket-watcher.js';
import { watchTransport } from './transport.js';
import { isWsSocket } from './ws.js';

/** Why the SDK does not send or keep a message (v6 `ws-base.js`, v7 `internal/ws-connection-controller.js`). */
const REFUSALS: ReadonlyMap<unknown, Delivery> = new Map([
  ['cannot send on a closed WebSocket', 'dropped'],
  ['send queue is full, message discarded', 'discarded'],
]);

/** What the SDK says if `close()` was called with a code that is not allowed (v4 to v7, `realtime/websocket.js`). */
const CLOSE_FAILED = 'could not close the connection';

/**
 * Watches the objects of one of the SDK's classes that talk over a WebSocket (SDK v4 to v7). Only the prototype is changed:
 * no listener is added, no object is wrapped, and the objects have the properties that they always have.
 *
 * `send` is patched apart from this, with `watchSend`.
 *
 * @param claimant who wants to watch; the class is patched once, and each claimant counts once
 */
export function watchSocketClass(prototype: object, claimant: Claimant, begin: BeginSession): void {
  const claims = ClassClaims.add(prototype, claimant, begin);
  if (!claims) return;
  shadow(prototype, '_emit', (original) => {
    return function (...args) {
      const state = stateOf(this);
      return state ? state.emit(original, args) : original.apply(this, args);
    };
  });
  shadow(prototype, '_onError', (original) => {
    return function (...args) {
      stateOf(this)?.onSdkError(args);
      return original.apply(this, args);
    };
  });
  shadow(prototype, 'close', (original) => {
    return function (...args) {
      stateOf(this)?.onSdkClose();
      return original.apply(this, args);
    };
  });
  const { set: setInOtherCopy } = Object.getOwnPropertyDescriptor(prototype, 'socket') ?? {};
  // The constructor assigns `socket`, once: the assignment makes it an own property, as it would without this accessor.
  Object.defineProperty(prototype, 'socket', {
    configurable: true,
    enumerable: false,
    get: () => undefined,
    set(this: object, socket: unknown) {
      Object.defineProperty(this, 'socket', { value: socket, writable: true, enumerable: true, configurable: true });
      const watcher = claims.begin(this);
      if (!watcher) return setInOtherCopy?.call(this, socket);
      const state = new SocketState(this, watcher);
      attach(this, state);
      state.follow(socket);
    },
  });
}

/** Wraps `send` and its variants, whose first argument is the message. */
export function watchSend(original: Method): Replacement {
  return (self, args) => {
    const state = stateOf(self);
    return state ? state.send(original, args) : original.apply(self, args);
  };
}

function stateOf(owner: object): SocketState | undefined {
  const attached = attachedTo(owner);
  return attached instanceof SocketState ? attached : undefined;
}

/** The SDK emits a server's message by its type too, and that may be called as the SDK's own events are. */
function isServerMessage(value: unknown): boolean {
  return isObject(value) && 'type' in value;
}

/** A `send()` that has not returned. */
interface Sending {
  readonly message: unknown;
  error?: unknown;
  refusal?: Delivery | undefined;
}

/** One object of the SDK, and the sockets that it opens one after the other. */
class SocketState implements TransportWatcher {
  readonly #owner: object;
  readonly #watcher: SocketWatcher;
  #sending: Sending | undefined;
  #isOpen = false;
  #isReconnecting = false;
  /** The close code of the last socket. */
  #code: number | undefined;

  constructor(owner: object, watcher: SocketWatcher) {
    this.#owner = owner;
    this.#watcher = watcher;
  }

  follow(socket: unknown): void {
    if (!isObject(socket)) return;
    const { platformSocket } = socket;
    try {
      watchTransport(isObject(platformSocket) ? platformSocket : socket, this);
    } catch (fault) {
      this.#watcher.onFault(fault);
    }
  }

  send(send: Method, args: unknown[]): unknown {
    const [message] = args;
    // One of the variants may be made of another.
    if (this.#sending?.message === message) return send.apply(this.#owner, args);
    const onSent = this.#watcher.onSend(message);
    const outer = this.#sending;
    const sending: Sending = { message };
    this.#sending = sending;
    try {
      return send.apply(this.#owner, args);
    } catch (error) {
      sending.error = error;
      throw error;
    } finally {
      this.#sending = outer;
      onSent?.(sending.refusal ?? this.#delivery, sending.error);
    }
  }

  emit(emit: Method, args: unknown[]): unknown {
    const [name, first, second] = args;
    if (name === 'event') {
      // The global `WebSocket` of Node.js 20 and 22 does not report that it opens.
      this.onOpen();
      this.#watcher.onMessage(first);
    } else if (!isServerMessage(first) && this.#announcesClose) {
      if (name === 'reconnecting') this.#onReconnecting();
      if (name === 'reconnected') this.#onReconnected();
      if (name === 'close') this.#watcher.onClosed(closeCode(first), closeReason(second));
    }
    // Inside `send()` the listeners have the context of its caller.
    if (this.#sending) return emit.apply(this.#owner, args);
    return this.#watcher.within(() => emit.apply(this.#owner, args));
  }

  /** @param event the error event of the server. Without one, the SDK itself reports the error. */
  onSdkError([event, message, cause]: unknown[]): void {
    if (isObject(event)) return;
    const error = cause ?? message;
    if (this.#sending) {
      this.#sending.refusal = REFUSALS.get(message);
      if (!this.#sending.refusal) this.#sending.error = error;
    } else if (message !== CLOSE_FAILED && this.#isRefused) {
      this.#watcher.onError(error);
      this.#watcher.onClosed(NO_CLOSE_FRAME, '');
    }
  }

  /** Between two sockets there is none that could tell. */
  onSdkClose(): void {
    if (this.#isReconnecting) this.#watcher.onClosing(true);
  }

  within<T>(work: () => T): T {
    return this.#watcher.within(work);
  }

  onHandshake(response: unknown): void {
    this.#watcher.onHandshake(response);
  }

  onOpen(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#watcher.onOpen();
  }

  onError(error: unknown): void {
    this.#watcher.onError(error);
  }

  onClosing(isClosing: boolean): void {
    // The SDK closes sockets itself while it reconnects (v7, `internal/ws-connection-controller.js`).
    if (!this.#isReconnecting) this.#watcher.onClosing(isClosing);
  }

  onSilenced(): void {
    this.#watcher.onSilenced();
  }

  onClosed(code: number, reason: string): void {
    this.#code = code;
    if (!this.#announcesClose) this.#watcher.onClosed(code, reason);
  }

  #onReconnecting(): void {
    this.#isReconnecting = true;
    this.#watcher.onReconnecting(this.#code);
  }

  #onReconnected(): void {
    this.#isReconnecting = false;
    this.follow(this.#socket);
    this.#watcher.onReconnected();
  }

  /**
   * Whether the SDK emits `close` itself when no socket follows the last one: the classes of the Responses API, which have a
   * client, and Realtime of SDK v7 with the option `reconnect`.
   */
  get #announcesClose(): boolean {
    const { _client, _recovery } = fieldsOf(this.#owner);
    return _client !== undefined || _recovery !== undefined;
  }

  /** The global `WebSocket` of Node.js 20 and 22 stays in state 0 for good when the handshake is refused. */
  get #isRefused(): boolean {
    return !this.#isOpen && !this.#announcesClose && !isWsSocket(this.#socket) && this.#readyState === CONNECTING;
  }

  get #socket(): object {
    return fieldsOf(fieldsOf(this.#owner).socket);
  }

  get #readyState(): unknown {
    return Reflect.get(this.#socket, 'readyState');
  }

  get #delivery(): Delivery {
    if (this.#isReconnecting || this.#readyState === CONNECTING) return 'queued';
    return this.#readyState === OPEN ? 'sent' : 'dropped';
  }
}
