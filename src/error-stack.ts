/** A line of a stack trace of V8 (`  at call (file:1:2)`). */
const FRAME = /^\s{1,8}at .*(?::\d{1,9}:\d{1,9}|<anonymous>|native|index \d{1,9})\)?$/;

/**
 * Returns the frames of a stack trace, without the lines that repeat the error's message, and without what follows the
 * frames, such as the message of a `cause`.
 */
export function framesOf(stack: string, message: string | undefined): string {
  const start = message ? stack.indexOf(message) : -1;
  const lines = (start < 0 || !message ? stack : stack.slice(start + message.length)).split('\n');
  const first = lines.findIndex((line) => FRAME.test(line));
  if (first < 0) return '';
  const length = lines.slice(first).findIndex((line) => !FRAME.test(line));
  return lines.slice(first, length < 0 ? undefined : first + length).join('\n');
}
