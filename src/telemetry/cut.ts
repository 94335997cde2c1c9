import { CUT_MARK } from '../cut-mark.js';

/** Cuts a text to `length` characters and marks it if something is missing. */
export function cut(text: string, length: number): string {
  return text.length > length ? marked(beginning(text, length)) : text;
}

/** Cuts a text to what fits into `length` bytes of UTF-8 and marks it if something is missing. */
export function cutBytes(text: string, length: number): string {
  if (!isLonger(text, length)) return text;
  return marked(beginning(text, encoder.encodeInto(text, new Uint8Array(length)).read));
}

/** Whether a text takes more than `length` bytes of UTF-8. */
export function isLonger(text: string, length: number): boolean {
  // A UTF-16 unit takes one to three bytes.
  return text.length > length || (text.length * 3 > length && Buffer.byteLength(text) > length);
}

const encoder = new TextEncoder();

/** Marks a text that is not complete. */
export function marked(text: string): string {
  return text + CUT_MARK;
}

/** The first `length` characters, without splitting a surrogate pair. */
export function beginning(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return ownCopy(text.slice(0, splitsPair ? length - 1 : length));
}

/** Copies a text into memory of its own: in V8 the result of `slice` keeps the whole original alive. */
function ownCopy(part: string): string {
  return ` ${part}`.slice(1);
}
