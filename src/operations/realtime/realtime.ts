import { type Fields, fieldsOf, isObject, text } from '../../read.js';
import * as semconv from '../../semconv.js';
import { listedTools } from '../shared/tool-definitions.js';
import type { ReceivedMessage, ResponseEnd, SocketApi } from '../socket-api.js';
import { transcriptions } from '../transcriptions.js';
import { RealtimeConversation } from './conversation.js';
import { realtimeResponse } from './response.js';

const OTHER: ReceivedMessage = { kind: 'other' };

/**
 * The Realtime API: the beta version (SDK v4 to v7) and the general one (v5 to v7). They differ in the names of a few events, and in
 * the place of the session's settings.
 */
export const realtime: SocketApi = {
  name: 'realtime_session',
  response: realtimeResponse,
  transcription: transcriptions,

  sent(message) {
    const { type, response, session, event_id } = fieldsOf(message);
    switch (type) {
      case 'response.create':
        return { kind: 'response', params: response ?? {}, eventId: text(event_id) };
      case 'session.update':
        return { kind: 'settings', settings: session };
      default:
        return undefined;
    }
  },

  received(message) {
    const event = fieldsOf(message);
    const { type } = event;
    switch (type) {
      case 'response.created':
      case 'response.done':
        return isObject(event.response) ? aboutResponse(type, event.response) : OTHER;
      case 'response.output_audio.delta':
      case 'response.audio.delta':
        return { kind: 'part', id: text(event.response_id), audio: true };
      case 'session.created':
      case 'session.updated':
        return { kind: 'session', session: event.session };
      case 'input_audio_buffer.speech_stopped':
      case 'input_audio_buffer.committed':
        return { kind: 'turn', item: text(event.item_id) };
      case 'conversation.item.input_audio_transcription.completed': {
        const { transcript, usage } = event;
        return { kind: 'transcription', item: text(event.item_id), body: { text: transcript, usage } };
      }
      case 'conversation.item.input_audio_transcription.failed':
        return { kind: 'transcription', item: text(event.item_id), error: event.error };
      case 'error':
        return describeError(event.error);
      default: {
        const id = text(event.response_id);
        return id === undefined ? OTHER : { kind: 'part', id };
      }
    }
  },

  session(session) {
    const fields = fieldsOf(session);
    const model = text(fields.model);
    return {
      id: text(fields.id),
      settings: session,
      attributes: {
        [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: model,
        [semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]: listedTools(fields),
      },
    };
  },

  conversation: () => new RealtimeConversation(),
};

function aboutResponse(type: 'response.created' | 'response.done', response: Fields): ReceivedMessage {
  const id = text(response.id);
  return type === 'response.created' ? { kind: 'created', id } : { kind: 'done', id, end: endOf(response) };
}

function endOf(response: unknown): ResponseEnd {
  const { status, status_details } = fieldsOf(response);
  if (status !== 'cancelled') return 'completed';
  // `turn_detected` means that the user began to speak. The other reason is a cancellation by the application.
  return fieldsOf(status_details).reason === 'turn_detected' ? 'interrupted' : 'aborted';
}

function describeError(error: unknown): ReceivedMessage {
  const { event_id, code } = fieldsOf(error);
  const eventId = text(event_id);
  const isBusy = code === 'conversation_already_has_active_response';
  return {
    kind: 'error',
    error,
    eventId,
    isBusy,
    // The server names the message only if the application gave it an id.
    ends: isBusy && eventId === undefined ? 'the only waiting response' : 'the response of the message',
  };
}
