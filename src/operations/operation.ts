import type { Attributes } from '@opentelemetry/api';
import type { Content, OutputMessage } from './content.js';

/**
 * One method of the SDK that runs a model, described: from its arguments and its results to plain data.
 * An operation watches nothing and emits nothing; its functions are pure and may meet any input at all.
 */
export interface Operation {
  /** `gen_ai.operation.name` */
  readonly name: string;
  /** Where the SDK keeps the resource class: a path of static properties from `OpenAI`, such as `Chat.Completions`. */
  readonly resource: string;
  /** The method of that class. */
  readonly method: string;
  /**
   * What is asked for.
   * @param deployment what a client of Azure is bound to: the model, where the parameters name none
   */
  request(args: readonly unknown[], deployment?: string): RequestDescription;
  /** What a parsed response body says. */
  response(body: unknown): ResponseDescription;
  /** What the arguments say to the model. Read only if content is captured. */
  input?(args: readonly unknown[]): Omit<Content, 'outputMessages'>;
  /** What the model answered, one message a choice. Read only if content is captured. */
  output?(body: unknown): OutputMessage[];
  /**
   * Puts the chunks of a stream together. Used only if streams are inspected.
   * @param textLimit how many characters of each text are wanted; 0 keeps none
   */
  assemble?(textLimit: number): Assembly;
  /**
   * Takes from the chunks of a stream what they say of the response as a whole, and keeps no parts of the answer. For streams
   * that the SDK parses in any case: it is used if they are not inspected.
   */
  digest?(): Assembly;
}

/** An operation, whether or not it is a method of a resource. */
export type CallDescription = Omit<Operation, 'resource' | 'method'>;

export interface RequestDescription {
  readonly attributes: Attributes;
  /** What the span's name says after the operation: the model, usually. */
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

/** One of the answers a model gave, without what it says. */
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

/** A failure that came as data, not as a rejection. */
export interface Failure {
  readonly message?: string | undefined;
  readonly code?: string | undefined;
}

/** A stream being put together. */
export interface Assembly {
  /** Takes in a chunk, or passes over one that makes no sense. */
  add(chunk: unknown): void;
  /** The response body so far, in the shape that a call without streaming would have given. */
  body(): unknown;
}

/** Tools and choices beyond this many are left out: the API takes 128 of either, and a span keeps 128 events. */
export const MAX_LISTED = 128;
