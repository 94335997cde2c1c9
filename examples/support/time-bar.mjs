/** By which halves of a cell are filled: none, left, right, both. */
const CELLS = [' ', '▌', '▐', '█'];

/**
 * A span's place in its trace, `   ███▌      `, to half a cell; never less than that, so that nothing disappears.
 *
 * @param {number} start since the trace began
 * @param {number} end since the trace began
 * @param {number} total the length of the trace; all three in the same unit
 * @param {number} width in columns
 */
export function timeBar(start, end, total, width) {
  const halves = width * 2;
  const place = (/** @type {number} */ at) => (total > 0 ? Math.round((at / total) * halves) : 0);
  const from = Math.min(place(start), halves - 1);
  const to = Math.max(place(end), from + 1);
  const filled = (/** @type {number} */ half) => (from <= half && half < to ? 1 : 0);

  return Array.from({ length: width }, (_, cell) => CELLS[filled(2 * cell) + 2 * filled(2 * cell + 1)]).join('');
}
