import { answerTo, eventsOf } from '../responses.mjs';

/** @import { ApiRequest } from '../index.mjs' */
/** @import { Params } from '../responses.mjs' */
/** @import { Connection, Event } from './connection.mjs' */

/** The Responses API over a WebSocket: lanes run side by side, the responses of one lane one after the other. */
export class ResponsesApi {
  #connection;
  /** @type {Map<unknown, Promise<void>>} The last response of each lane. */
  #lanes = new Map();
  #count = 0;

  /** @param {Connection} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  /** @param {Event} message */
  onMessage(message) {
    const { type, stream_id } = message;
    if (type !== 'response.create') {
      this.#fail(stream_id, 'invalid_type', `Unknown message type '${type}'.`);
      return;
    }
    this.#count++;
    const number = this.#connection.number * 100 + this.#count;
    const previous = this.#lanes.get(stream_id) ?? Promise.resolve();
    this.#lanes.set(
      stream_id,
      previous.then(() => this.#respond(message, number)),
    );
  }

  /**
   * @param {Event} message
   * @param {number} number
   */
  async #respond(message, number) {
    const lane = message.stream_id;
    if (!message.model) {
      this.#fail(lane, 'missing_required_parameter', "Missing required parameter: 'model'.");
      return;
    }
    const outcome = message.model === 'gpt-fails' ? /** @type {const} */ ('failed') : undefined;
    const request = /** @type {ApiRequest} */ (
      /** @type {unknown} */ ({ number, path: '/responses', json: message, outcome })
    );
    const response = answerTo(request, /** @type {Params} */ (/** @type {unknown} */ (message)));
    const events = eventsOf(response).map((event) => (lane === undefined ? event : { ...event, stream_id: lane }));
    await this.#connection.stream(events);
  }

  /**
   * @param {unknown} lane
   * @param {string} code
   * @param {string} message
   */
  #fail(lane, code, message) {
    const error = { type: 'invalid_request_error', code, message, param: null };
    this.#connection.send({ type: 'error', status: 400, error, ...(lane === undefined ? {} : { stream_id: lane }) });
  }
}
