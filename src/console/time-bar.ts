/** A cell with no half, the left half, the right half, or both halves filled. */
const CELLS = [' ', '▌', '▐', '█'];

/**
 * The time of a span within its trace, `   ███▌      `. The resolution is half a cell, and every span fills at least that.
 *
 * @param start since the start of the trace
 * @param end since the start of the trace
 * @param total the duration of the trace; all three in the same unit
 * @param width in columns
 */
export function timeBar(start: number, end: number, total: number, width: number): string {
  const halves = width * 2;
  const position = (time: number) => (total > 0 ? Math.round((time / total) * halves) : 0);
  const from = Math.min(position(start), halves - 1);
  const to = Math.max(position(end), from + 1);
  const filled = (half: number) => (from <= half && half < to ? 1 : 0);

  return Array.from({ length: width }, (_, cell) => CELLS[filled(2 * cell) + 2 * filled(2 * cell + 1)]).join('');
}
