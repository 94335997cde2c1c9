import type { Attributes } from '@opentelemetry/api';
import type { Message } from './content.js';
import type { CallDescription } from './operation.js';

/**
 * An API of OpenAI that is spoken over a WebSocket, described: what a message of either side means. A description watches
 * nothing and emits nothing. Its functions are pure and may meet any input at all.
 */
export interface SocketApi {
  /** `gen_ai.operation.name` of the session. */
  readonly name: string;
  /** Describes one response. Its arguments are the parameters, the settings of the session, and the conversation's messages. */
  readonly response: CallDescription;
  /** Describes the transcription of what the user said, where the API transcribes. */
  readonly transcription?: CallDescription;
  /** A message of the application. */
  sent(message: unknown): SentMessage | undefined;
  /** A message of the server. It is called for each, and most of them are parts of an answer: it reads their type and ids. */
  received(message: unknown): ReceivedMessage;
  /** What the server says of the session as a whole. */
  session?(session: unknown): SessionDescription;
  /** Collects what is said to the model between two responses, where a response does not carry its own input. */
  conversation?(): Conversation;
}

type SentMessage = ResponseRequest | { readonly kind: 'settings'; readonly settings: unknown };

/** A message that asks for a response. */
export interface ResponseRequest {
  readonly kind: 'response';
  readonly params: unknown;
  /** The id that the application gave the message. The server's error names it. */
  readonly eventId?: string | undefined;
  /** Responses of one lane are made one after the other. */
  readonly lane?: string | undefined;
}

export type ReceivedMessage =
  /** A response has begun. */
  | { readonly kind: 'created'; readonly id: string | undefined; readonly lane?: string | undefined }
  /** Something that belongs to a response. */
  | {
      readonly kind: 'part';
      readonly id: string | undefined;
      readonly lane?: string | undefined;
      /** It carries sound. */
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
      /** A request was refused because another response is being made. */
      readonly isBusy?: boolean;
      /** How the response that it fits is found. */
      readonly ends: 'the response of the lane' | 'the only waiting response' | 'the response of the message';
    }
  | { readonly kind: 'session'; readonly session: unknown }
  /** The user has stopped speaking. The server may answer without being asked. */
  | { readonly kind: 'turn'; readonly item: string | undefined }
  | {
      readonly kind: 'transcription';
      readonly item: string | undefined;
      /** In the shape of a response of the transcriptions API. */
      readonly body?: unknown;
      readonly error?: unknown;
    }
  | { readonly kind: 'other' };

/** How the server says that a response ended. Whether it failed is said by its description. */
export type ResponseEnd = 'completed' | 'interrupted' | 'aborted';

interface SessionDescription {
  readonly attributes: Attributes;
  /** `gen_ai.conversation.id` */
  readonly id?: string | undefined;
  /** What holds for each response of the session. */
  readonly settings: unknown;
}

/** What was said to the model since its last response. Bounded. */
export interface Conversation {
  sent(message: unknown): void;
  received(message: unknown): void;
  /** The messages so far, which are new to the model. A transcript that comes later is still put into its message. */
  take(): Message[];
}
