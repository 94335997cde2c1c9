import type { ReadableSpan } from './readable-span.js';
import { millisBetween } from './time.js';

export interface SpanNode {
  readonly span: ReadableSpan;
  readonly children: SpanNode[];
}

/**
 * Arranges the spans of one trace by parent, siblings by start time. A span whose parent is missing (still open, not
 * sampled, or of another service) is a root.
 *
 * @returns the roots
 */
export function spanTree(spans: readonly ReadableSpan[]): SpanNode[] {
  const nodes = new Map<string, SpanNode>();
  for (const span of [...spans].sort(byStart)) nodes.set(span.spanContext().spanId, { span, children: [] });

  const roots: SpanNode[] = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(node.span.parentSpanContext?.spanId ?? '');
    (parent?.children ?? roots).push(node);
  }
  return roots;
}

function byStart(a: ReadableSpan, b: ReadableSpan): number {
  return millisBetween(b.startTime, a.startTime);
}
