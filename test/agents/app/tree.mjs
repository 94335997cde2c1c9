import { spanTree } from '../../support/span-tree.mjs';

/** @import { SpanNode } from '../../support/span-tree.mjs' */

/**
 * Spans as indented lines: name, error, and how a stream ended if that was before its end.
 *
 * @param {Parameters<typeof spanTree>[0]} spans
 */
export function drawTree(spans) {
  return draw(spanTree(spans), '');
}

/**
 * @param {SpanNode[]} nodes
 * @param {string} indent
 * @returns {string}
 */
function draw(nodes, indent) {
  return nodes.map(({ span, children }) => `${indent}${line(span)}\n${draw(children, `${indent}  `)}`).join('');
}

/** @param {SpanNode['span']} span */
function line({ name, attributes }) {
  const error = attributes['error.type'];
  const reason = attributes['llm.stream.end_reason'];
  return [name, error && `✗ ${error}`, reason === 'aborted' && '(aborted)'].filter(Boolean).join(' ');
}
