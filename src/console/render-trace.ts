import { type HrTime, SpanKind } from '@opentelemetry/api';
import pc from 'picocolors';
import { fieldsOf } from '../read.js';
import type { Fact, Outcome } from './facts.js';
import type { ReadableSpan } from './readable-span.js';
import { describeEvent, errorOf, factsOf, outcomeOf } from './span-details.js';
import { type SpanNode, spanTree } from './span-tree.js';
import { columns, cut, oneLine } from './terminal-text.js';
import { formatDuration, millisBetween } from './time.js';
import { timeBar } from './time-bar.js';

type Colors = ReturnType<typeof pc.createColors>;

/** The size of a drawing: its time line and its columns. */
interface Canvas {
  readonly start: HrTime;
  readonly duration: number;
  readonly width: number;
  readonly barWidth: number;
  readonly colors: Colors;
}

const DEFAULT_WIDTH = 110;
const MIN_WIDTH = 60;
/** In a wider drawing, a name and its bar are too far apart to read. */
const MAX_WIDTH = 120;
/** The space for text in a tree that is deeper than the terminal is wide. */
const MIN_ROOM = 20;
const DURATION_WIDTH = 9;
const BAR_EDGES = 2;
const SEPARATOR = ' · ';
const MARKS = { ok: '✓', error: '✗', stopped: '◦' };

export interface RenderOptions {
  /** In columns. @default 110 */
  readonly width?: number | undefined;
  /** @default whether the terminal supports colours */
  readonly color?: boolean | undefined;
}

/** Draws the spans of one trace as a tree with a time line. */
export function renderTrace(
  spans: readonly ReadableSpan[],
  { width = DEFAULT_WIDTH, color = pc.isColorSupported }: RenderOptions = {},
): string {
  const roots = spanTree(spans);
  const first = roots[0];
  if (!first) return '';
  const canvas = createCanvas(spans, clamp(width, MIN_WIDTH, MAX_WIDTH), pc.createColors(color));
  const lines = [header(spans, first.span, canvas.colors), '', ...roots.flatMap((root) => rootLines(root, canvas))];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function createCanvas(spans: readonly ReadableSpan[], width: number, colors: Colors): Canvas {
  const start = spans.map((span) => span.startTime).reduce((a, b) => (millisBetween(a, b) < 0 ? b : a));
  const duration = Math.max(...spans.map((span) => millisBetween(start, span.endTime)));
  return { start, duration, width, barWidth: Math.floor(width / 3.5), colors };
}

function header(spans: readonly ReadableSpan[], first: ReadableSpan, colors: Colors): string {
  const service = oneLine(String(fieldsOf(first.resource?.attributes)['service.name'] ?? 'trace'));
  const errors = spans.filter((span) => outcomeOf(span) === 'error').length;
  const facts = [`trace ${first.spanContext().traceId}`, plural(spans.length, 'span')];
  if (errors > 0) facts.push(plural(errors, 'error'));
  return `${colors.bold(service)}  ${colors.dim(facts.join(SEPARATOR))}`;
}

function rootLines(root: SpanNode, canvas: Canvas): string[] {
  const parent = root.span.parentSpanContext?.spanId;
  const orphan = parent ? [{ label: 'parent', value: `${parent}, not seen here` }] : [];
  return nodeLines(root, '', '', orphan, canvas);
}

/**
 * @param branch the prefix of the span's own line
 * @param trunk the prefix of the lines below it
 */
function nodeLines(
  { span, children }: SpanNode,
  branch: string,
  trunk: string,
  extra: readonly Fact[],
  canvas: Canvas,
): string[] {
  const below = trunk + (children.length > 0 ? '│ ' : '  ');
  const lines = [spanLine(span, branch, canvas), ...detailLines(span, below, extra, canvas)];
  children.forEach((child, position) => {
    const last = position === children.length - 1;
    lines.push(...nodeLines(child, `${trunk}${last ? '└─ ' : '├─ '}`, `${trunk}${last ? '   ' : '│  '}`, [], canvas));
  });
  return lines;
}

function spanLine(span: ReadableSpan, branch: string, canvas: Canvas): string {
  const { colors, width, barWidth } = canvas;
  const outcome = outcomeOf(span);
  const start = millisBetween(canvas.start, span.startTime);
  const end = millisBetween(canvas.start, span.endTime);
  const nameWidth = width - columns(branch) - '✓ '.length - DURATION_WIDTH - 1 - barWidth - BAR_EDGES;
  const name = cut(oneLine(span.name), Math.max(nameWidth, 1));
  const gap = ' '.repeat(Math.max(nameWidth - columns(name), 0));
  const duration = formatDuration(end - start).padStart(DURATION_WIDTH);
  const paint = painter(outcome, colors);
  // Calls to another service look different from the work of the application.
  const isCall = span.kind === SpanKind.CLIENT;
  const paintName = isCall ? colors.bold : String;
  const paintBar = outcome === 'ok' ? (isCall ? colors.cyan : colors.blue) : paint;
  const bar = timeBar(start, end, canvas.duration, barWidth);
  return (
    `${colors.dim(branch)}${paint(MARKS[outcome])} ${paintName(name)}${gap}${duration} ` +
    `${colors.dim('▕')}${paintBar(bar)}${colors.dim('▏')}`
  );
}

function detailLines(span: ReadableSpan, guide: string, extra: readonly Fact[], { colors, width }: Canvas): string[] {
  const room = Math.max(width - columns(guide), MIN_ROOM);
  const error = errorOf(span);
  const lines = [extra, ...factsOf(span)].flatMap((facts) => factLines(facts, room, colors));
  if (error) lines.push(colors.red(cut(error, room)));
  for (const event of span.events) lines.push(...factLines([describeEvent(event, span)], room, colors));
  return lines.map((line) => colors.dim(guide) + line);
}

/** Puts as many facts on a line as fit. */
function factLines(facts: readonly Fact[], room: number, colors: Colors): string[] {
  const lines: string[] = [];
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

function painter(outcome: Outcome, colors: Colors): (text: string) => string {
  return { ok: colors.green, error: colors.red, stopped: colors.yellow }[outcome];
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
