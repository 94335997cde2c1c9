import type { Attributes } from '@opentelemetry/api';
import type { Content, OutputMessage } from './content.js';

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
  input?(args: readonly unknown[]): Omit<Content, 'outputMessages'>;
  /** The model's answer, one message per choice. Called only if content is captured. */
  output?(body: unknown): OutputMessage[];
  /**
   * Assembles the chunks of a stream. Called only with `inspectStreams`.
   * @param textLimit how many characters of each text to keep; 0 keeps none
   */
  assemble?(textLimit: number): Assembly;
}

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
}

/** One answer of the model, without its content. */
export interface Choice {
  readonly index: number;
  readonly finishReason?: string | undefined;
  readonly role?: string | undefined;
  readonly toolCalls?: readonly ToolCall[];
  readonly refused?: boolean;
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
