import { withoutUrlCredentials } from '../credentials.js';
import type { Fields } from '../read.js';
import { withoutMedia } from './media-in-text.js';

export interface Limits {
  /** Characters of each text. */
  readonly maxContentLength: number;
  readonly captureMedia: boolean;
}

const CUT = '…[truncated]';
const MAX_ITEMS = 1_000;
const MAX_DEPTH = 32;
/** In one content: enough for ten thousand messages. */
const MAX_VALUES = 100_000;
const MAX_KEY_LENGTH = 256;
/** `JSON.parse` would round a number of so many digits. */
const LONG_NUMBER = /\d{16}/;

/** What a part is, not what is said in it: kept at any limit, or the rest would make no sense. */
const LABELS = new Set(['type', 'id', 'role', 'name', 'kind', 'modality', 'mime_type', 'file_id', 'finish_reason']);

/** Where a part that is media, by its type, has its URL. */
const MEDIA_URLS = new Set(['uri', 'url', 'image_url', 'file_url']);
const MEDIA = /^uri$|image|audio|video|file/;

/** Fields that are made of parts, and so have labels. Whatever is in others is said, whichever names it uses. */
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
 * A copy of captured content that is fit to leave the process: plain JSON values only, each text and list cut to size,
 * media taken out. Whatever it is made of, the work is bounded.
 */
export function limitContent<T>(content: T, limits: Limits): T {
  return new Copier(limits).copy(content, true, 0) as T;
}

/** A copy of captured content with whole texts and media, of which nothing is the application's. */
export function copyContent<T>(content: T): T {
  return new Copier(undefined).copy(content, true, 0) as T;
}

class Copier {
  readonly #limits: Limits | undefined;
  /** What the value at hand is part of. */
  readonly #above = new Set<object>();
  #values = 0;

  constructor(limits: Limits | undefined) {
    this.#limits = limits;
  }

  /** @param labelled whether the value is made of messages and parts */
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
      // Defined, because there may be a `__proto__` among them.
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
    if (this.#limits && MEDIA_URLS.has(key) && typeof value === 'string')
      return this.#text(this.#mediaUrl(part, value));
    if (labelled && LABELS.has(key) && typeof value === 'string') return cut(value, MAX_KEY_LENGTH);
    return this.copy(value, labelled && STRUCTURE.has(key), depth);
  }

  #text(text: string): string {
    if (!this.#limits) return text;
    const { maxContentLength, captureMedia } = this.#limits;
    const kept = beginning(text, maxContentLength);
    const isCut = kept.length < text.length;
    const said = captureMedia ? kept : withoutMedia(kept, isCut);
    return isCut ? said + CUT : said;
  }

  /** The URL of a picture or a file can give access to it. */
  #mediaUrl({ type }: Fields, url: string): string {
    const isMedia = !this.#limits?.captureMedia && typeof type === 'string' && MEDIA.test(type);
    return isMedia ? withoutUrlCredentials(url) : url;
  }

  /** Whole: the half of a picture is of no use. */
  #media(content: unknown): unknown {
    return this.#limits?.captureMedia && typeof content === 'string' ? content : undefined;
  }

  get #isFull(): boolean {
    return this.#values >= MAX_VALUES;
  }
}

/**
 * The conventions want arguments as an object; models return JSON text.
 * @param maxLength longer text is not parsed
 */
export function parsedArguments(value: unknown, maxLength = Number.POSITIVE_INFINITY): unknown {
  if (typeof value !== 'string' || value.length > maxLength || LONG_NUMBER.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The beginning of a text, marked if it is not all of it. */
export function cut(text: string, length: number): string {
  return text.length > length ? beginning(text, length) + CUT : text;
}

/** Never half of a character. */
function beginning(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? length - 1 : length);
}

/** What a getter or a proxy refuses to show is left out. */
function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
