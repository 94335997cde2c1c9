import type { Attributes } from '@opentelemetry/api';

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
  /** What is asked for. */
  request(args: readonly unknown[]): RequestDescription;
  /** What a parsed response body says. */
  response(body: unknown): ResponseDescription;
}

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
}

/** One of the answers a model gave. */
export interface Choice {
  readonly index: number;
  readonly finishReason: string | undefined;
  readonly role: string | undefined;
  readonly toolCalls: readonly ToolCall[];
  readonly refused: boolean;
}

export interface ToolCall {
  readonly id: string | undefined;
  readonly type: string | undefined;
  readonly name: string | undefined;
}

/** Tools and choices beyond this many are left out: the API takes 128 of either, and a span keeps 128 events. */
export const MAX_LISTED = 128;
