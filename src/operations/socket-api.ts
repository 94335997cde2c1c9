import type { Attributes } from '@opentelemetry/api';
import type { Message } from './content.js';
import type { CallDescription } from './operation.js';

/**
 * Describes an API of OpenAI over a WebSocket: its functions turn the messages of both sides into plain data. They are pure, and must
 * accept any input without throwing.
 */
export interface SocketApi {
  /** `gen_ai.operation.name` of the session. */
  readonly name: string;
  /** Describes one response. Its arguments are the parameters, the settings of the session, and the conversation's messages. */
  readonly response: CallDescription;
  /** Describes the transcription of the user's speech, if the API transcribes it. */
  readonly transcription?: CallDescription;
  /** Describes a message of the application. */
  sent(message: unknown): SentMessage | undefined;
  /** Describes a message of the server. Most messages are parts of an answer: only their type and ids are read. */
  received(message: unknown): ReceivedMessage;
  /** Describes the session, as the server reports it. */
  session?(session: unknown): SessionDescription;
  /** Collects the model's input between two responses. Set if requests for a response do not contain their input. */
  conversation?(): Conversation;
}

type SentMessage = ResponseRequest | { readonly kind: 'settings'; readonly settings: unknown };

/** A message that asks for a response. */
export interface ResponseRequest {
  readonly kind: 'response';
  readonly params: unknown;
  /** The id that the application gave the message. An error of the server refers to it. */
  readonly eventId?: string | undefined;
  /** The server creates the responses of one lane one after the other. */
  readonly lane?: string | undefined;
}

export type ReceivedMessage =
  /** A response has begun. */
  | { readonly kind: 'created'; readonly id: string | undefined; readonly lane?: string | undefined }
  /** A part of a response. */
  | {
      readonly kind: 'part';
      readonly id: string | undefined;
      readonly lane?: string | undefined;
      /** Whether it contains audio. */
      readonly audio?: boolean;
    }
  | {
      readonly kind: 'done';
      readonly id: string | undefined;
      readonly lane?: string | undefined;
      readonly end: ResponseEnd;
    }
  | {
      readonly kind: 'error';
      readonly error: unknown;
      /** The id of the message that caused it. */
      readonly eventId?: string | undefined;
      readonly lane?: string | undefined;
      /** Whether a request was refused because another response is in progress. */
      readonly isBusy?: boolean;
      /** Which response it belongs to. */
      readonly ends: 'the response of the lane' | 'the only waiting response' | 'the response of the message';
    }
  | { readonly kind: 'session'; readonly session: unknown }
  /** The user has stopped speaking. The server may answer without a request. */
  | { readonly kind: 'turn'; readonly item: string | undefined }
  | {
      readonly kind: 'transcription';
      readonly item: string | undefined;
      /** In the shape of a response of the transcriptions API. */
      readonly body?: unknown;
      readonly error?: unknown;
    }
  | { readonly kind: 'other' };

/** How a response ended, as the server reports it. Its description says whether it failed. */
export type ResponseEnd = 'completed' | 'interrupted' | 'aborted';

interface SessionDescription {
  readonly attributes: Attributes;
  /** `gen_ai.conversation.id` */
  readonly id?: string | undefined;
  /** Settings that apply to each response of the session. */
  readonly settings: unknown;
}

/** The input of the model since its last response. Its size is bounded. */
export interface Conversation {
  sent(message: unknown): void;
  received(message: unknown): void;
  /** Returns the messages since the last call. A transcript that arrives later is still added to its message. */
  take(): Message[];
}
