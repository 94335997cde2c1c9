/** How a message that the application sent left its `send()`. */
export type Delivery =
  /** It is on its way to the server. */
  | 'sent'
  /** The SDK keeps it until the socket is open. */
  | 'queued'
  /** The socket is closing or closed, and the message is lost. */
  | 'dropped'
  /** The SDK keeps as many messages as it may, and the message is lost. */
  | 'discarded';

/** Called when `send()` has returned, with the error that it reported or threw. */
export type OnSent = (delivery: Delivery, error?: unknown) => void;

/** Receives what happens on a socket. Its methods must not throw. */
export interface TransportWatcher {
  /** The application is about to send data. Left out if the messages are seen before they are text. */
  onData?(data: unknown): OnSent | undefined;
  /** Runs the listeners of the application in the context of the session. */
  within<T>(work: () => T): T;
  /** The server answered the handshake: with status 101, or with a refusal. */
  onHandshake(response: unknown): void;
  onOpen(): void;
  /** Why the socket is about to close. */
  onError(error: unknown): void;
  /**
   * The application closes the socket, before the server has done so. `onClosed` need not follow soon: a server may not
   * answer (ws 8 waits for 30 seconds, `lib/websocket.js`).
   *
   * @param isClosing `false` if `close()` threw: the socket stays as it was
   */
  onClosing(isClosing: boolean): void;
  /** The socket will report nothing more, not its close either. */
  onSilenced(): void;
  onClosed(code: number, reason: string): void;
}

/**
 * Receives what happens on one object of the SDK that talks over a WebSocket. Its methods must not throw.
 *
 * `onClosed` is the last event: no socket follows the closed one.
 */
export interface SocketWatcher extends TransportWatcher {
  /**
   * The application is about to send a message.
   *
   * @returns nothing if the message does not matter
   */
  onSend(message: unknown): OnSent | undefined;
  /** A message of the server was parsed, and the application has not seen it yet. */
  onMessage(message: unknown): void;
  /** The socket is lost, and the SDK is going to open another. Called before each attempt. */
  onReconnecting(code: number | undefined): void;
  onReconnected(): void;
  /** The watching code itself failed. The application does not notice. */
  onFault(fault: unknown): void;
}
