import { fieldsOf } from '../read.js';
import { realtime } from './realtime/realtime.js';
import { responsesSocket } from './responses/socket.js';
import type { SocketApi } from './socket-api.js';

/**
 * The files of the SDK with classes that talk over a WebSocket, without their extension. None of them is loaded by `openai`
 * itself: applications import them by their paths. `ws-base` rather than `ws`, because applications extend that class too.
 */
export const socketFiles: readonly string[] = [
  'openai/realtime/ws',
  'openai/realtime/websocket',
  'openai/beta/realtime/ws',
  'openai/beta/realtime/websocket',
  'openai/resources/responses/ws-base',
  'openai/resources/beta/responses/ws-base',
];

/** The API that a class of the SDK speaks, told by its methods, because bundlers shorten names (SDK v4 to v7). */
export function socketApiOf(prototype: unknown): SocketApi | undefined {
  const { send, sendRaw, _emit, _onError } = fieldsOf(prototype);
  if (![send, _emit, _onError].every((method) => typeof method === 'function')) return undefined;
  return typeof sendRaw === 'function' ? responsesSocket : realtime;
}
