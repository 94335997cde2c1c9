import type { Claimant } from '../../claims.js';
import type { Method, Replacement } from '../../method.js';
import { fieldsOf, isObject } from '../../read.js';
import { attach, attachedTo } from '../attached.js';
import { type BeginSession, ClassClaims } from './class-claims.js';
import { CONNECTING, NO_CLOSE_FRAME } from './closing.js';
import { shadow } from './shadow.js';
import type { OnSent, SocketWatcher, TransportWatcher } from './socket-watcher.js';
import { watchTransport } from './transport.js';
import { isWsSocket } from './ws.js';

/** How a request for a response begins. The transport keeps requests until the response before has ended, and makes some itself. */
const REQUEST = '{"type":"response.create"';

/**
 * Watches the WebSocket transport of the Agents SDK (`OpenAIRealtimeBase` of `@openai/agents-realtime` 0.20), which does not
 * use `openai`. It emits `connection_change` when it opens a socket, `*` for each message of the server, and runs its listeners,
 * the application's and its own, in the listeners of the socket.
 *
 * @param begin is given the socket, whose URL it can read
 */
export function watchAgentsTransport(prototype: object, claimant: Claimant, begin: BeginSession): void {
  const claims = ClassClaims.add(prototype, claimant, begin);
  if (!claims) return;
  shadow(prototype, 'emit', (original) => {
    return function (...args) {
      const [name, first] = args;
      if (name === '*') connectionOf(this)?.onMessage(first);
      else if (name === 'connection_change' && first === 'connecting') onConnecting(this, claims);
      else if (name === 'error') connectionOf(this)?.onTransportError(fieldsOf(first).error);
      return original.apply(this, args);
    };
  });
}

/** Wraps `sendEvent` of a transport, which is given each message. Requests for a response are seen on their socket. */
export function watchAgentsSend(original: Method): Replacement {
  return (self, args) => {
    const [message] = args;
    if (fieldsOf(message).type !== 'response.create') connectionOf(self)?.onSend(message);
    return original.apply(self, args);
  };
}

/** One socket of a transport, which may connect again after it. */
class Connection implements TransportWatcher {
  readonly #socket: object;
  readonly #watcher: SocketWatcher;
  #isOpen = false;

  constructor(socket: object, watcher: SocketWatcher) {
    this.#socket = socket;
    this.#watcher = watcher;
  }

  onSend(message: unknown): void {
    this.#watcher.onSend(message);
  }

  onData(data: unknown): OnSent | undefined {
    if (typeof data !== 'string' || !data.startsWith(REQUEST)) return undefined;
    const request = parsed(data);
    return isObject(request) ? this.#watcher.onSend(request) : undefined;
  }

  onMessage(message: unknown): void {
    // The global `WebSocket` of Node.js 20 and 22 does not report that it opens.
    this.onOpen();
    this.#watcher.onMessage(message);
  }

  /** The global `WebSocket` of Node.js 20 and 22 stays in state 0 for good when the handshake is refused. */
  onTransportError(error: unknown): void {
    if (this.#isOpen || isWsSocket(this.#socket) || Reflect.get(this.#socket, 'readyState') !== CONNECTING) return;
    this.#watcher.onError(error);
    this.#watcher.onClosed(NO_CLOSE_FRAME, '');
  }

  within<T>(work: () => T): T {
    return this.#watcher.within(work);
  }

  onHandshake(response: unknown): void {
    this.#watcher.onHandshake(response);
  }

  onOpen(): void {
    if (!this.#isOpen) this.#watcher.onOpen();
    this.#isOpen = true;
  }

  onError(error: unknown): void {
    this.#watcher.onError(error);
  }

  onClosing(isClosing: boolean): void {
    this.#watcher.onClosing(isClosing);
  }

  onSilenced(): void {
    this.#watcher.onSilenced();
  }

  onClosed(code: number, reason: string): void {
    this.#watcher.onClosed(code, reason);
  }
}

/** Attached to a transport. */
class TransportState {
  connection: Connection | undefined;
}

function onConnecting(owner: object, claims: ClassClaims): void {
  const { websocket } = fieldsOf(fieldsOf(owner).connectionState);
  // WebRTC has no socket here.
  if (!isObject(websocket) || typeof websocket.url !== 'string') return;
  const watcher = claims.begin(websocket);
  if (!watcher) return;
  const connection = new Connection(websocket, watcher);
  stateOf(owner).connection = connection;
  try {
    watchTransport(websocket, connection);
  } catch (fault) {
    watcher.onFault(fault);
  }
}

function connectionOf(owner: object): Connection | undefined {
  const attached = attachedTo(owner);
  return attached instanceof TransportState ? attached.connection : undefined;
}

function stateOf(owner: object): TransportState {
  const attached = attachedTo(owner);
  if (attached instanceof TransportState) return attached;
  const state = new TransportState();
  attach(owner, state);
  return state;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
