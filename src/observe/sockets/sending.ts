import { type Method, mimic } from '../../method.js';
import { OPEN } from './closing.js';
import type { TransportWatcher } from './socket-watcher.js';

/** Replaces `send` of a class of sockets, where it has one. Property attributes, name and length stay the same. */
export function watchSending(prototype: object, watcherOf: (socket: object) => TransportWatcher | undefined): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'send');
  const original: Method | undefined = descriptor?.value;
  if (typeof original !== 'function') return;
  const patched: Method = function (...args) {
    const onSent = watcherOf(this)?.onData?.(args[0]);
    if (!onSent) return original.apply(this, args);
    const delivery = Reflect.get(this, 'readyState') === OPEN ? 'sent' : 'dropped';
    try {
      const result = original.apply(this, args);
      onSent(delivery);
      return result;
    } catch (error) {
      onSent(delivery, error);
      throw error;
    }
  };
  mimic(patched, original);
  Object.defineProperty(prototype, 'send', { ...descriptor, value: patched });
}
