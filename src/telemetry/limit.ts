import type { Fields } from '../read.js';

export interface Limits {
  /** Characters of each text. */
  readonly maxContentLength: number;
  readonly captureMedia: boolean;
}

const CUT = '…[truncated]';
const MAX_ITEMS = 1_000;
const MAX_DEPTH = 32;
/** Objects and lists in one content. Enough for a thousand messages; it stops what refers to itself. */
const MAX_NODES = 20_000;

const DATA_URL = /data:([^;,\s]{0,100});base64,[A-Za-z0-9+/=_-]*/g;
/** A run this long of nothing else is no text. */
const BARE_BASE64 = /^[A-Za-z0-9+/_-]{512,}={0,2}$/;

/**
 * A copy of captured content that is fit to leave the process: plain JSON values only, each text and list cut to size,
 * media taken out. Whatever it is made of, the work is bounded.
 */
export function limitContent<T>(content: T, limits: Limits): T {
  return new Limiter(limits).copy(content, 0) as T;
}

class Limiter {
  readonly #limits: Limits;
  #nodes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  copy(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
      case 'boolean':
        return value;
      case 'bigint':
        return String(value);
      case 'object':
        return value === null ? null : this.#object(value, depth);
      default:
        return undefined;
    }
  }

  #object(value: object, depth: number): unknown {
    if (++this.#nodes > MAX_NODES || depth > MAX_DEPTH) return CUT;
    if (ArrayBuffer.isView(value)) return bytesLeftOut(value.byteLength);
    if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => this.copy(item, depth + 1) ?? null);

    const result: Record<string, unknown> = {};
    let entries = 0;
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      if (++entries > MAX_ITEMS) break;
      const copy = this.#field(value as Fields, key, depth);
      if (copy !== undefined) Object.defineProperty(result, key, { value: copy, enumerable: true });
    }
    return result;
  }

  #field(part: Fields, key: string, depth: number): unknown {
    const value = part[key];
    if (part.type === 'blob' && key === 'content') return this.#limits.captureMedia ? value : undefined;
    if (part.type === 'tool_call' && key === 'arguments') return this.copy(this.#parsed(value), depth + 1);
    return this.copy(value, depth + 1);
  }

  /** The conventions want arguments as an object; models give JSON text, nearly always. */
  #parsed(value: unknown): unknown {
    if (typeof value !== 'string' || value.length > this.#limits.maxContentLength) return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }

  #text(value: string): string {
    const cut = cutText(value, this.#limits.maxContentLength);
    return this.#limits.captureMedia ? cut : withoutMedia(cut);
  }
}

/** Never cuts a character in two. */
function cutText(value: string, length: number): string {
  if (value.length <= length) return value;
  const last = value.charCodeAt(length - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return value.slice(0, splitsPair ? length - 1 : length) + CUT;
}

function withoutMedia(value: string): string {
  if (value.includes('base64,'))
    return value.replace(DATA_URL, (url, type) => `data:${type},${bytesLeftOut(url.length)}`);
  return BARE_BASE64.test(value) ? bytesLeftOut(value.length) : value;
}

function bytesLeftOut(length: number): string {
  return `[${length} bytes]`;
}
