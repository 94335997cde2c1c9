import { asJson } from '../as-json.js';
import { withoutUrlCredentials } from '../credentials.js';
import { CUT_MARK } from '../cut-mark.js';
import type { Content } from '../operations/content.js';
import type { Fields } from '../read.js';
import { beginning, cut, marked } from './cut.js';
import { withoutMedia } from './media-in-text.js';

export interface Limits {
  /** The most characters (UTF-16 units) of one text. */
  readonly maxContentLength: number;
  /** The most characters (UTF-16 units) of one content, as JSON. */
  readonly maxTotalContentLength: number;
  readonly captureMedia: boolean;
  /** Whether choice events repeat the output, so that it counts twice. */
  readonly repeatsOutput?: boolean;
}

const MAX_ITEMS = 1_000;
const MAX_DEPTH = 32;
/** The most values in one content. A thousand messages have about six thousand. */
const MAX_VALUES = 10_000;
const MAX_KEY_LENGTH = 256;
/** Of a label, when there is no room left: enough for every role and finish reason of the API. */
const SHORT_LABEL_LENGTH = 32;
/** `JSON.parse` rounds numbers with this many digits. */
const LONG_NUMBER = /\d{16}/;
/** The longest escape of one character: `\u0000`. */
const LONGEST_ESCAPE = 6;
const QUOTES = 2;
const BRACKETS = 2;
const NULL_LENGTH = 4;
/** What JSON text has between values: a comma, and the colon of a key. */
const PUNCTUATION = 2;
/** Characters that JSON escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Structural fields. They are never cut to `maxContentLength`. */
const LABELS = new Set(['type', 'id', 'role', 'name', 'kind', 'modality', 'mime_type', 'file_id', 'finish_reason']);

/** Where a part that is media, by its type, has its URL. */
const MEDIA_URLS = new Set(['uri', 'url', 'image_url', 'file_url']);
const MEDIA = /^uri$|image|audio|video|file/;

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

/** The fields without which messages, parts and tool definitions do not match the schema of the conventions. */
const REQUIRED = new Set([
  ...LABELS,
  'parts',
  'content',
  'arguments',
  'response',
  'uri',
  'server_tool_call',
  'server_tool_call_response',
]);

/** The fields of content, in the order in which they get room: the newest first. */
const BY_AGE = [
  'outputMessages',
  'toolCallResult',
  'toolCallArguments',
  'systemInstructions',
  'inputMessages',
  'toolDefinitions',
] as const satisfies readonly (keyof Content)[];

/**
 * Returns a copy of captured content that can be exported: plain JSON values only, long texts and lists cut, media removed.
 * If the whole is too long, the newest messages are kept. The work is bounded for any input.
 */
export function limitContent<T extends object>(content: T, limits: Limits): T {
  const copier = new Copier(limits);
  const result: Record<string, unknown> = {};
  for (const name of new Set([...BY_AGE, ...Object.keys(content)])) {
    const value = readable(() => copier.field(name, (content as Fields)[name]));
    if (value !== undefined) result[name] = value;
  }
  return result as T;
}

/** Returns a deep copy of captured content, with whole texts and media. It shares no object with the application. */
export function copyContent<T>(content: T): T {
  return new Copier(undefined).copy(content, '', true, 0) as T;
}

class Copier {
  readonly #limits: Limits | undefined;
  /** The objects that contain the current value. */
  readonly #above = new Set<object>();
  #values = 0;
  /** How many characters of JSON are left. */
  #room: number;

  constructor(limits: Limits | undefined) {
    this.#limits = limits;
    this.#room = limits?.maxTotalContentLength ?? Number.POSITIVE_INFINITY;
  }

  /** Copies one field of a content. */
  field(name: string, value: unknown): unknown {
    if (!Array.isArray(value)) return this.copy(value, name, STRUCTURE.has(name), 1);
    switch (name) {
      case 'inputMessages':
        return this.#newest(value);
      case 'outputMessages':
        return this.#limits?.repeatsOutput ? this.#twice(() => this.#evenly(value)) : this.#evenly(value);
      case 'toolDefinitions':
      case 'retrievalDocuments':
        return this.#evenly(value);
      default:
        return this.copy(value, name, STRUCTURE.has(name), 1);
    }
  }

  /** The last messages that there is room for. One more stands for those that are left out. */
  #newest(messages: readonly unknown[]): unknown[] {
    const result: unknown[] = [];
    let i = messages.length;
    while (i > 0 && result.length < MAX_ITEMS && !this.#isFull) {
      i--;
      result.push(this.#item(messages, i, true, 2));
    }
    if (i > 0) result.push({ role: 'system', parts: [CUT_PART] });
    return result.reverse();
  }

  /** All items. Each has room for the same share of what the ones before it left. */
  #evenly(list: readonly unknown[]): unknown[] {
    const count = Math.min(list.length, MAX_ITEMS);
    return Array.from({ length: count }, (_, i) => {
      const others = (this.#room / (count - i)) * (count - i - 1) || 0;
      this.#room -= others;
      const item = this.#item(list, i, true, 2);
      this.#room += others;
      return item;
    });
  }

  /** Leaves room for a second copy of what `work` copies. */
  #twice<T>(work: () => T): T {
    const before = this.#room;
    this.#room = before / 2;
    const result = work();
    this.#room *= 2;
    return result;
  }

  /**
   * @param key the property that holds the value, an index for a list
   * @param labelled whether the value consists of messages and parts
   */
  copy(value: unknown, key: string | number, labelled: boolean, depth: number): unknown {
    this.#values++;
    if (typeof value === 'string') return this.#text(value);
    const shown = ArrayBuffer.isView(value) ? value : asJson(value, key);
    switch (typeof shown) {
      case 'string':
        return this.#text(shown);
      case 'number':
      case 'boolean':
        this.#room -= String(shown).length;
        return shown;
      case 'bigint':
        // `JSON.stringify` throws. The number says more than nothing.
        return this.#text(String(shown));
      case 'object':
        if (shown === null) this.#room -= NULL_LENGTH;
        return shown === null ? null : this.#object(shown, labelled, depth + 1);
      default:
        return undefined;
    }
  }

  #object(value: object, labelled: boolean, depth: number): unknown {
    if (depth > MAX_DEPTH) return CUT_MARK;
    if (this.#above.has(value)) return '[circular]';
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    this.#above.add(value);
    this.#room -= BRACKETS;
    try {
      return Array.isArray(value) ? this.#list(value, labelled, depth) : this.#fields(value, labelled, depth);
    } finally {
      this.#above.delete(value);
    }
  }

  #list(list: readonly unknown[], labelled: boolean, depth: number): unknown[] {
    const result: unknown[] = [];
    let i = 0;
    for (; i < list.length && i < MAX_ITEMS && !this.#isFull; i++) result.push(this.#item(list, i, labelled, depth));
    if (i < list.length) result.push(labelled ? CUT_PART : CUT_MARK);
    return result;
  }

  #item(list: readonly unknown[], i: number, labelled: boolean, depth: number): unknown {
    this.#room -= PUNCTUATION;
    // A getter or a proxy can throw. A closure would take longer than the copy of a short text.
    try {
      return this.copy(list[i], i, labelled, depth) ?? null;
    } catch {
      return null;
    }
  }

  #fields(fields: object, labelled: boolean, depth: number): Fields {
    const result: Record<string, unknown> = {};
    let entries = 0;
    for (const key in fields) {
      if (!Object.hasOwn(fields, key)) continue;
      const isFull = ++entries > MAX_ITEMS || this.#isFull;
      if (isFull && labelled && !REQUIRED.has(key)) continue;
      if (isFull && !labelled) {
        define(result, CUT_MARK, true);
        break;
      }
      let value: unknown;
      try {
        value = this.#fieldOf(fields as Fields, key, labelled, depth);
      } catch {
        continue;
      }
      if (value === undefined) continue;
      const name = cut(key, MAX_KEY_LENGTH);
      this.#room -= jsonLength(name) + PUNCTUATION;
      define(result, name, value);
    }
    return result;
  }

  #fieldOf(part: Fields, key: string, labelled: boolean, depth: number): unknown {
    const value = part[key];
    const limits = this.#limits;
    if (limits) {
      if (key === 'content' && part.type === 'blob') return this.#media(value);
      if (key === 'arguments' && part.type === 'tool_call') {
        return this.copy(parsedArguments(value, limits.maxContentLength), key, false, depth);
      }
      if (MEDIA_URLS.has(key) && typeof value === 'string') return this.#text(this.#mediaUrl(part, value));
    }
    if (labelled && LABELS.has(key) && typeof value === 'string') return this.#label(value);
    return this.copy(value, key, labelled && STRUCTURE.has(key), depth);
  }

  #label(text: string): string {
    const label = cut(text, this.#isFull ? SHORT_LABEL_LENGTH : MAX_KEY_LENGTH);
    this.#room -= jsonLength(label);
    return label;
  }

  #text(text: string): string {
    if (!this.#limits) return text;
    const { maxContentLength, captureMedia } = this.#limits;
    const room = Math.max(0, Math.floor(this.#room) - QUOTES);
    let kept = beginning(text, Math.min(maxContentLength, room));
    let length = jsonLength(kept);
    if (length > room + QUOTES) {
      kept = beginning(kept, Math.floor(room / LONGEST_ESCAPE));
      length = jsonLength(kept);
    }
    const isCut = kept.length < text.length;
    const safe = captureMedia ? kept : withoutMedia(kept, isCut);
    this.#room -= safe === kept ? length : jsonLength(safe);
    return isCut ? marked(safe) : safe;
  }

  /** The URL of a picture or a file can give access to it. */
  #mediaUrl({ type }: Fields, url: string): string {
    const isMedia = !this.#limits?.captureMedia && typeof type === 'string' && MEDIA.test(type);
    return isMedia ? withoutUrlCredentials(url) : url;
  }

  /** Media is never cut, because half of an image is useless. */
  #media(content: unknown): unknown {
    if (!this.#limits?.captureMedia || typeof content !== 'string' || content.length > this.#room) return undefined;
    this.#room -= jsonLength(content);
    return content;
  }

  get #isFull(): boolean {
    return this.#values >= MAX_VALUES || this.#room <= 0;
  }
}

/** Stands for parts that are left out. */
const CUT_PART = Object.freeze({ type: 'text', content: CUT_MARK });

function jsonLength(text: string): number {
  return ESCAPED.test(text) ? JSON.stringify(text).length : text.length + QUOTES;
}

function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
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

/** Reads a property. A getter or proxy that throws reads as `undefined`. */
function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
