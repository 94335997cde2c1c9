import type { Attributes } from '@opentelemetry/api';
import type { Content, OutputMessage, RetrievedDocument } from './content.js';

/**
 * Describes one traced method of the SDK: its functions turn arguments, results and chunks into plain data.
 * They are pure, and must accept any input without throwing.
 */
export interface Operation {
  /** `gen_ai.operation.name` */
  readonly name: string;
  /** The resource class: a path of static properties that starts at `OpenAI`, such as `Chat.Completions`. */
  readonly resource: string;
  /** The method of that class. */
  readonly method: string;
  /**
   * Describes the request.
   * @param deployment the deployment of an Azure client, which is the model if the parameters name none
   */
  request(args: readonly unknown[], deployment?: string): RequestDescription;
  /** Describes a parsed response body. */
  response(body: unknown): ResponseDescription;
  /** The content of the arguments. Called only if content is captured. */
  input?(args: readonly unknown[]): Omit<Content, 'outputMessages' | 'retrievalDocuments'>;
  /** The model's answer, one message per choice. Called only if content is captured. */
  output?(body: unknown): OutputMessage[];
  /** The documents that a search found. Called only if content is captured. */
  documents?(body: unknown): RetrievedDocument[];
  /**
   * Assembles the chunks of a stream. Called only with `inspectStreams`.
   * @param textLimit how many characters of each text to keep; 0 keeps none
   */
  assemble?(textLimit: number): Assembly;
  /**
   * Assembles only what chunks report about the response as a whole, and none of its content. Used without `inspectStreams`, for
   * messages that the SDK has parsed anyway (WebSockets).
   */
  digest?(): Assembly;
  /**
   * Set if the method polls: it requests a state again and again until that is final. Its polls are counted. Another method
   * of this kind that it calls is a part of it and has no span.
   */
  readonly polls?: true;
}

/** An operation, whether or not it is a method of a resource. */
export type CallDescription = Omit<Operation, 'resource' | 'method'>;

export interface RequestDescription {
  readonly attributes: Attributes;
  /** The second word of the span name, usually the model. */
  readonly target?: string | undefined;
  readonly streaming?: boolean;
}

export interface ResponseDescription {
  readonly attributes: Attributes;
  /** In the order of the response. */
  readonly choices: readonly Choice[];
  /** Set if the body reports that the call failed. */
  readonly failure?: Failure | undefined;
  /** What the provider makes in the background, and this result may report. */
  readonly background?: readonly BackgroundResponse[] | undefined;
}

/** What is made in the background and seen by several calls: a response, a batch, a run, an agent's turn. One call reports its usage. */
export interface BackgroundResponse {
  readonly id: string;
  /** Whether the body says that it is one. If it does not, it is one if an earlier body with the same id was unfinished. */
  readonly declared: boolean;
  /** Empty until the response is complete. Not part of the description's `attributes`. */
  readonly usage: Attributes;
}

/** One answer of the model, without its content. */
export interface Choice {
  readonly index: number;
  readonly finishReason?: string | undefined;
  readonly role?: string | undefined;
  readonly toolCalls?: readonly ToolCall[] | undefined;
  readonly refused?: boolean | undefined;
}

export interface ToolCall {
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  readonly name?: string | undefined;
}

/** A failure that a response body reports, while the promise resolves. */
export interface Failure {
  readonly message?: string | undefined;
  readonly code?: string | undefined;
  readonly type?: string | undefined;
  readonly param?: string | undefined;
}

/** The state of a stream that is being assembled. */
export interface Assembly {
  /** Adds a chunk. A chunk of unknown shape is ignored. */
  add(chunk: unknown): void;
  /** The response body so far, in the shape of a response without streaming. */
  body(): unknown;
}

/** The maximum number of tools and of choices. The API accepts 128 of either, and a span keeps 128 events. */
export const MAX_LISTED = 128;

/** About the most parts of one content. One more than are recorded of a list, so that it is marked as cut. */
export const MAX_PARTS = 1_001;
