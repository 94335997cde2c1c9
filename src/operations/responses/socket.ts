import { type Fields, fieldsOf, isObject, text } from '../../read.js';
import type { Assembly, CallDescription } from '../operation.js';
import type { ReceivedMessage, SocketApi } from '../socket-api.js';
import { createResponse } from './responses.js';

/** A response has the same parameters and events as a streamed response over HTTP. */
const response: CallDescription = {
  ...createResponse,
  request: (args) => ({ ...createResponse.request(args), streaming: true }),
  digest: () => new FinalResponse(),
};

/** The Responses API over a WebSocket (SDK v6 and v7, the beta too). */
export const responsesSocket: SocketApi = {
  name: 'responses_session',
  response,

  sent(message) {
    const { type, stream_id } = fieldsOf(message);
    return type === 'response.create' ? { kind: 'response', params: message, lane: text(stream_id) } : undefined;
  },

  received(message) {
    const event = fieldsOf(message);
    const lane = text(event.stream_id);
    const id = text(fieldsOf(event.response).id);
    const part: ReceivedMessage = { kind: 'part', id, lane };
    switch (event.type) {
      case 'response.created':
        return isObject(event.response) ? { kind: 'created', id, lane } : part;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        return isObject(event.response) ? { kind: 'done', id, lane, end: 'completed' } : part;
      case 'error':
        return { kind: 'error', lane, error: errorOf(event), ends: 'the response of the lane' };
      default:
        return part;
    }
  },
};

/** The details are in the event itself, or in its field `error` if a message was refused. */
function errorOf({ error, code, message, param }: Fields): unknown {
  return isObject(error) ? error : { code, message, param };
}

/** Keeps the latest state of the response. Its last one is complete. */
class FinalResponse implements Assembly {
  #response: unknown;

  add(event: unknown): void {
    const { response } = fieldsOf(event);
    if (isObject(response)) this.#response = response;
  }

  body(): unknown {
    return this.#response;
  }
}
