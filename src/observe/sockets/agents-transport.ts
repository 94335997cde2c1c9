import type { Claimant } from '../../claims.js';
import type { Method } from '../../method.js';
import { fieldsOf, isObject } from '../../read.js';
import { attach, attachedTo } from '../attached.js';
import { type BeginSession, ClassClaims } from './class-claims.js';
import { shadow } from './shadow.js';
import type { SocketWatcher } from './socket-watcher.js';
import { watchTransport } from './transport.js';

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
      if (name === 'connection_change' && first === 'connecting') onConnecting(this, claims);
      else if (name === '*') stateOf(this)?.onMessage(first);
      return original.apply(this, args);
    };
  });
}

/**
 * Wraps `sendEvent` of a transport. Requests for a response are left out: the transport keeps them until the response before
 * has ended, or makes them itself.
 */
export function watchAgentsSend(original: Method): Method {
  return function (...args) {
    const [message] = args;
    if (fieldsOf(message).type !== 'response.create') stateOf(this)?.watcher?.onSend(message);
    return original.apply(this, args);
  };
}

/** The session that a transport has now: it may connect again. */
class TransportState {
  watcher: SocketWatcher | undefined;
  #isOpen = false;

  connect(watcher: SocketWatcher): void {
    this.watcher = watcher;
    this.#isOpen = false;
  }

  onMessage(message: unknown): void {
    // The global `WebSocket` of Node.js 20 and 22 does not report that it opens.
    if (!this.#isOpen) this.watcher?.onOpen();
    this.#isOpen = true;
    this.watcher?.onMessage(message);
  }
}

function onConnecting(owner: object, claims: ClassClaims): void {
  const { websocket } = fieldsOf(fieldsOf(owner).connectionState);
  // WebRTC has no socket here.
  if (!isObject(websocket) || typeof websocket.url !== 'string') return;
  const watcher = claims.begin(websocket);
  if (!watcher) return;
  let state = stateOf(owner);
  if (!state) {
    state = new TransportState();
    attach(owner, state);
  }
  state.connect(watcher);
  try {
    watchTransport(websocket, watcher);
  } catch (fault) {
    watcher.onFault(fault);
  }
}

function stateOf(owner: object): TransportState | undefined {
  const attached = attachedTo(owner);
  return attached instanceof TransportState ? attached : undefined;
}
