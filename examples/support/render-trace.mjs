import { SpanKind } from '@opentelemetry/api';
import pc from 'picocolors';
import { describeEvent, errorOf, factsOf, outcomeOf } from './span-details.mjs';
import { spanTree } from './span-tree.mjs';
import { columns, cut, oneLine } from './terminal-text.mjs';
import { formatDuration, millisBetween } from './time.mjs';
import { timeBar } from './time-bar.mjs';

/** @typedef {import('./span-tree.mjs').ReadableSpan} ReadableSpan */
/** @typedef {import('./span-tree.mjs').SpanNode} SpanNode */
/** @typedef {import('./span-details.mjs').Fact} Fact */
/** @typedef {import('./span-details.mjs').Outcome} Outcome */
/** @typedef {ReturnType<typeof pc.createColors>} Colors */
/** @typedef {(text: string) => string} Paint */

/**
 * Where a trace is drawn: its place in time, and in the terminal.
 *
 * @typedef {object} Canvas
 * @property {ReadableSpan['startTime']} start
 * @property {number} duration
 * @property {number} width
 * @property {number} barWidth
 * @property {Colors} colors
 */

const DEFAULT_WIDTH = 110;
const MIN_WIDTH = 60;
/** Beyond it, a name and its bar are too far apart for the eye. */
const MAX_WIDTH = 120;
/** For a tree deeper than the terminal is wide. */
const MIN_ROOM = 20;
const DURATION_WIDTH = 9;
const BAR_EDGES = 2;
const SEPARATOR = ' · ';
const MARKS = { ok: '✓', error: '✗', stopped: '◦' };

/**
 * The spans of one trace as a tree with a time line, for people to read.
 *
 * @param {readonly ReadableSpan[]} spans
 * @param {{ width?: number | undefined, color?: boolean | undefined }} [options]
 */
export function renderTrace(spans, { width = DEFAULT_WIDTH, color = pc.isColorSupported } = {}) {
  const roots = spanTree(spans);
  const first = roots[0];
  if (!first) return '';
  const canvas = createCanvas(spans, clamp(width, MIN_WIDTH, MAX_WIDTH), pc.createColors(color));
  const lines = [header(spans, first.span, canvas.colors), '', ...roots.flatMap((root) => rootLines(root, canvas))];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/**
 * @param {readonly ReadableSpan[]} spans
 * @param {number} width
 * @param {Colors} colors
 * @returns {Canvas}
 */
function createCanvas(spans, width, colors) {
  const start = spans.map((span) => span.startTime).reduce((a, b) => (millisBetween(a, b) < 0 ? b : a));
  const duration = Math.max(...spans.map((span) => millisBetween(start, span.endTime)));
  return { start, duration, width, barWidth: Math.floor(width / 3.5), colors };
}

/**
 * @param {readonly ReadableSpan[]} spans
 * @param {ReadableSpan} first
 * @param {Colors} colors
 */
function header(spans, first, colors) {
  const service = oneLine(String(first.resource?.attributes['service.name'] ?? 'trace'));
  const errors = spans.filter((span) => outcomeOf(span) === 'error').length;
  const facts = [`trace ${first.spanContext().traceId}`, plural(spans.length, 'span')];
  if (errors > 0) facts.push(plural(errors, 'error'));
  return `${colors.bold(service)}  ${colors.dim(facts.join(SEPARATOR))}`;
}

/**
 * @param {SpanNode} root
 * @param {Canvas} canvas
 */
function rootLines(root, canvas) {
  const parent = root.span.parentSpanContext?.spanId;
  /** @type {Fact[]} */
  const orphan = parent ? [{ label: 'parent', value: `${parent}, not seen here` }] : [];
  return nodeLines(root, '', '', orphan, canvas);
}

/**
 * @param {SpanNode} node
 * @param {string} branch what leads to the span's own line
 * @param {string} trunk what goes on beneath it
 * @param {Fact[]} extra
 * @param {Canvas} canvas
 * @returns {string[]}
 */
function nodeLines({ span, children }, branch, trunk, extra, canvas) {
  const beneath = trunk + (children.length > 0 ? '│ ' : '  ');
  const lines = [spanLine(span, branch, canvas), ...detailLines(span, beneath, extra, canvas)];
  children.forEach((child, position) => {
    const last = position === children.length - 1;
    lines.push(...nodeLines(child, `${trunk}${last ? '└─ ' : '├─ '}`, `${trunk}${last ? '   ' : '│  '}`, [], canvas));
  });
  return lines;
}

/**
 * @param {ReadableSpan} span
 * @param {string} branch
 * @param {Canvas} canvas
 */
function spanLine(span, branch, canvas) {
  const { colors, width, barWidth } = canvas;
  const outcome = outcomeOf(span);
  const start = millisBetween(canvas.start, span.startTime);
  const end = millisBetween(canvas.start, span.endTime);
  const nameWidth = width - columns(branch) - '✓ '.length - DURATION_WIDTH - 1 - barWidth - BAR_EDGES;
  const name = cut(oneLine(span.name), Math.max(nameWidth, 1));
  const gap = ' '.repeat(Math.max(nameWidth - columns(name), 0));
  const duration = formatDuration(end - start).padStart(DURATION_WIDTH);
  const paint = painter(outcome, colors);
  // Calls to a model stand out from what the application does around them.
  const isCall = span.kind === SpanKind.CLIENT;
  const paintName = isCall ? colors.bold : String;
  const paintBar = outcome === 'ok' ? (isCall ? colors.cyan : colors.blue) : paint;
  const bar = timeBar(start, end, canvas.duration, barWidth);
  return (
    `${colors.dim(branch)}${paint(MARKS[outcome])} ${paintName(name)}${gap}${duration} ` +
    `${colors.dim('▕')}${paintBar(bar)}${colors.dim('▏')}`
  );
}

/**
 * @param {ReadableSpan} span
 * @param {string} guide
 * @param {Fact[]} extra
 * @param {Canvas} canvas
 */
function detailLines(span, guide, extra, { colors, width }) {
  const room = Math.max(width - columns(guide), MIN_ROOM);
  const error = errorOf(span);
  const lines = [extra, ...factsOf(span)].flatMap((facts) => factLines(facts, room, colors));
  if (error) lines.push(colors.red(cut(error, room)));
  for (const event of span.events) lines.push(...factLines([describeEvent(event, span)], room, colors));
  return lines.map((line) => colors.dim(guide) + line);
}

/**
 * As many facts on a line as have room.
 *
 * @param {Fact[]} facts
 * @param {number} room
 * @param {Colors} colors
 */
function factLines(facts, room, colors) {
  /** @type {string[]} */
  const lines = [];
  let used = Number.POSITIVE_INFINITY;
  for (const { label, value, outcome } of facts) {
    const name = cut(label, room - 2);
    const shown = cut(value, room - columns(name) - 1);
    const size = columns(name) + 1 + columns(shown);
    const painted = `${colors.dim(name)} ${outcome ? painter(outcome, colors)(shown) : shown}`;
    if (used + SEPARATOR.length + size > room) {
      lines.push(painted);
      used = size;
    } else {
      lines.push(`${lines.pop()}${colors.dim(SEPARATOR)}${painted}`);
      used += SEPARATOR.length + size;
    }
  }
  return lines;
}

/**
 * @param {Outcome} outcome
 * @param {Colors} colors
 * @returns {Paint}
 */
function painter(outcome, colors) {
  return { ok: colors.green, error: colors.red, stopped: colors.yellow }[outcome];
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

/**
 * @param {number} count
 * @param {string} noun
 */
function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
