import { type Method, mimic } from '../../method.js';
import type { TransportWatcher } from './socket-watcher.js';

/** `readyState` of any WebSocket. */
export const CONNECTING = 0;
export const OPEN = 1;

/** The close code of a connection that ended without a close frame (RFC 6455, 7.1.5). */
export const NO_CLOSE_FRAME = 1006;

/** The code of a close event, which an application can emit too. */
export function closeCode(value: unknown): number {
  return typeof value === 'number' ? value : NO_CLOSE_FRAME;
}

/** The reason of a close event: `ws` has it as a buffer (ws 8, `lib/websocket.js`). */
export function closeReason(value: unknown): string {
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString() : '';
}

/**
 * Replaces a method with which an application closes a socket, where the class has it. Property attributes, name and length
 * stay the same.
 *
 * @param watcherOf returns nothing if the application is not the one that closes this socket
 */
export function watchClosing(
  prototype: object,
  name: 'close' | 'terminate',
  watcherOf: (socket: object) => TransportWatcher | undefined,
): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  const original: Method | undefined = descriptor?.value;
  if (typeof original !== 'function') return;
  const patched: Method = function (...args) {
    const watcher = watcherOf(this);
    if (!watcher) return original.apply(this, args);
    watcher.onClosing(true);
    try {
      return original.apply(this, args);
    } catch (error) {
      watcher.onClosing(false);
      throw error;
    }
  };
  mimic(patched, original);
  Object.defineProperty(prototype, name, { ...descriptor, value: patched });
}
