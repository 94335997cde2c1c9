import type { Fields } from '../read.js';
import { withoutMedia } from './media-in-text.js';

export interface Limits {
  /** The most characters (UTF-16 units) of one text. */
  readonly maxContentLength: number;
  readonly captureMedia: boolean;
}

const CUT = '…[truncated]';
const MAX_ITEMS = 1_000;
const MAX_DEPTH = 32;
/** The most values in one content: enough for ten thousand messages. */
const MAX_VALUES = 100_000;
const MAX_KEY_LENGTH = 256;
/** `JSON.parse` rounds numbers with this many digits. */
const LONG_NUMBER = /\d{16}/;

/** Structural fields. They are never cut to `maxContentLength`. */
const LABELS = new Set(['type', 'id', 'role', 'name', 'kind', 'modality', 'mime_type', 'file_id', 'finish_reason']);

/** Fields that hold messages and parts, and so have structural fields. All other fields hold text, whatever their names. */
const STRUCTURE = new Set([
  'inputMessages',
  'outputMessages',
  'systemInstructions',
  'toolDefinitions',
  'parts',
  'response',
  'server_tool_call',
  'server_tool_call_response',
]);

/**
 * Returns a copy of captured content that can be exported: plain JSON values only, long texts and lists cut, media removed.
 * The work is bounded for any input.
 */
export function limitContent<T>(content: T, limits: Limits): T {
  return new Copier(limits).copy(content, true, 0) as T;
}

/** Returns a deep copy of captured content, with whole texts and media. It shares no object with the application. */
export function copyContent<T>(content: T): T {
  return new Copier(undefined).copy(content, true, 0) as T;
}

class Copier {
  readonly #limits: Limits | undefined;
  /** The objects that contain the current value. */
  readonly #above = new Set<object>();
  #values = 0;

  constructor(limits: Limits | undefined) {
    this.#limits = limits;
  }

  /** @param labelled whether the value consists of messages and parts */
  copy(value: unknown, labelled: boolean, depth: number): unknown {
    this.#values++;
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
      case 'boolean':
        return value;
      case 'bigint':
        return this.#text(String(value));
      case 'object':
        return value === null ? null : this.#object(value, labelled, depth + 1);
      default:
        return undefined;
    }
  }

  #object(value: object, labelled: boolean, depth: number): unknown {
    if (depth > MAX_DEPTH) return CUT;
    if (this.#above.has(value)) return '[circular]';
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    this.#above.add(value);
    try {
      return Array.isArray(value) ? this.#list(value, labelled, depth) : this.#fields(value, labelled, depth);
    } finally {
      this.#above.delete(value);
    }
  }

  #list(list: readonly unknown[], labelled: boolean, depth: number): unknown[] {
    const result: unknown[] = [];
    for (let i = 0; i < list.length && i < MAX_ITEMS && !this.#isFull; i++) {
      result.push(readable(() => this.copy(list[i], labelled, depth)) ?? null);
    }
    return result;
  }

  #fields(fields: object, labelled: boolean, depth: number): Fields {
    const result: Record<string, unknown> = {};
    let entries = 0;
    for (const key in fields) {
      if (!Object.hasOwn(fields, key)) continue;
      if (++entries > MAX_ITEMS || this.#isFull) break;
      const value = readable(() => this.#field(fields as Fields, key, labelled, depth));
      // Define instead of assign: a key can be `__proto__`.
      if (value !== undefined)
        Object.defineProperty(result, cut(key, MAX_KEY_LENGTH), {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
    }
    return result;
  }

  #field(part: Fields, key: string, labelled: boolean, depth: number): unknown {
    const value = part[key];
    if (this.#limits && part.type === 'blob' && key === 'content') return this.#media(value);
    if (this.#limits && part.type === 'tool_call' && key === 'arguments') {
      return this.copy(parsedArguments(value, this.#limits.maxContentLength), false, depth);
    }
    if (labelled && LABELS.has(key) && typeof value === 'string') return cut(value, MAX_KEY_LENGTH);
    return this.copy(value, labelled && STRUCTURE.has(key), depth);
  }

  #text(text: string): string {
    if (!this.#limits) return text;
    const { maxContentLength, captureMedia } = this.#limits;
    const kept = beginning(text, maxContentLength);
    const isCut = kept.length < text.length;
    const safe = captureMedia ? kept : withoutMedia(kept, isCut);
    return isCut ? safe + CUT : safe;
  }

  /** Media is never cut, because half of an image is useless. */
  #media(content: unknown): unknown {
    return this.#limits?.captureMedia && typeof content === 'string' ? content : undefined;
  }

  get #isFull(): boolean {
    return this.#values >= MAX_VALUES;
  }
}

/**
 * Parses the arguments of a tool call: the conventions want an object, and models return JSON text.
 * @param maxLength longer text is returned as it is
 */
export function parsedArguments(value: unknown, maxLength = Number.POSITIVE_INFINITY): unknown {
  if (typeof value !== 'string' || value.length > maxLength || LONG_NUMBER.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Cuts a text to `length` characters and marks it if something is missing. */
export function cut(text: string, length: number): string {
  return text.length > length ? beginning(text, length) + CUT : text;
}

/** The first `length` characters, without splitting a surrogate pair. */
function beginning(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? length - 1 : length);
}

/** Reads a property. A getter or proxy that throws reads as `undefined`. */
function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
