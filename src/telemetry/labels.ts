import type { AttributeValue } from '@opentelemetry/api';
import type { ToolCall } from '../operations/operation.js';
import * as semconv from '../semconv.js';
import { cutBytes, isLonger } from './cut.js';

/** The longest label (id, model, name, finish reason), in bytes. Real ones are shorter. */
const MAX_LENGTH = 256;
/** The most bytes of all values of one attribute, if it has many. */
const MAX_LIST_LENGTH = 3_072;
/** Enough for every role and finish reason of the API. */
const MAX_KEYWORD_LENGTH = 24;
/** The API takes 128 tools. */
const MAX_CALLS = 128;
/** The most bytes of the ids, types and names of all tool calls that are listed on one span, as JSON. */
const MAX_CALLS_LENGTH = 6_144;

/** Attributes that hold JSON. Whoever makes the JSON bounds it. */
const JSON_ATTRIBUTES: ReadonlySet<string> = new Set([semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]);

/** Cuts a long string value of an attribute: a request or a server can have names of any length. */
export function shortValue(name: string, value: AttributeValue | undefined): AttributeValue | undefined {
  if (typeof value === 'string')
    return isLonger(value, MAX_LENGTH) && !JSON_ATTRIBUTES.has(name) ? shortLabel(value) : value;
  return Array.isArray(value) && hasLong(value) ? shortList(value) : value;
}

export function shortLabel(text: string): string;
export function shortLabel(text: string | undefined): string | undefined;
export function shortLabel(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cutBytes(text, MAX_LENGTH);
}

/** Cuts a role or a finish reason. */
export function shortKeyword(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cutBytes(text, MAX_KEYWORD_LENGTH);
}

/** Bounds what all choices of a span list together. */
export class ListedCalls {
  #calls = MAX_CALLS;
  #bytes = MAX_CALLS_LENGTH;

  /** Whether the tool call is listed. Those beyond the limits are not. */
  has(call: ToolCall): boolean {
    this.#bytes -= jsonLength(call.id) + jsonLength(call.type) + jsonLength(call.name);
    return this.#calls-- > 0 && this.#bytes >= 0;
  }
}

function jsonLength(text: string | undefined): number {
  return text === undefined ? 0 : Buffer.byteLength(JSON.stringify(shortLabel(text)));
}

function hasLong(list: readonly unknown[]): boolean {
  const limit = itemLength(list);
  for (const item of list) if (typeof item === 'string' && isLonger(item, limit)) return true;
  return false;
}

function shortList<T extends unknown[]>(list: T): T {
  const limit = itemLength(list);
  return list.map((item) => (typeof item === 'string' ? cutBytes(item, limit) : item)) as T;
}

function itemLength(list: readonly unknown[]): number {
  return Math.min(MAX_LENGTH, Math.max(MAX_KEYWORD_LENGTH, Math.floor(MAX_LIST_LENGTH / list.length)));
}
