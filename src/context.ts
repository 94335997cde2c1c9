import { type Attributes, type Context, context, type Span, trace } from '@opentelemetry/api';
import type { Settings } from './config.js';
import { ATTRIBUTES, SUPPRESS_TRACING } from './context-keys.js';
import { fieldsOf } from './read.js';

/**
 * Runs a function. Every span that this package starts inside it carries the attributes, also in asynchronous work that the
 * function starts. Nested calls merge their attributes; the inner call wins.
 *
 * @example
 * ```js
 * await withAttributes({ 'gen_ai.conversation.id': chat.id }, () => answer(chat, question));
 * ```
 *
 * @param attributes such as `gen_ai.conversation.id`, `gen_ai.agent.name`, or your own
 * @returns what the function returns
 */
export function withAttributes<T>(attributes: Attributes, run: () => T): T {
  return context.with(setContextAttributes(context.active(), attributes), run);
}

/** Returns a context whose spans carry these attributes in addition to those of `parent`. */
export function setContextAttributes(parent: Context, attributes: Attributes): Context {
  return parent.setValue(ATTRIBUTES, { ...contextAttributes(parent), ...attributes });
}

export function contextAttributes(from: Context): Attributes | undefined {
  return from.getValue(ATTRIBUTES) as Attributes | undefined;
}

/** Whether a span may be started in this context. */
export function mayTrace(context: Context, { requireParentSpan }: Pick<Settings, 'requireParentSpan'>): boolean {
  return !isSuppressed(context) && (!requireParentSpan || trace.getSpan(context) !== undefined);
}

export function isSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESS_TRACING) === true;
}

/**
 * Puts the attributes of `withAttributes` on every span that starts inside, those of HTTP, database and other
 * instrumentations included. For OpenTelemetry SDK 2.x and 3.x.
 *
 * @example
 * ```js
 * new NodeSDK({ spanProcessors: [new ContextAttributesSpanProcessor(), new BatchSpanProcessor(exporter)], … });
 * ```
 */
export class ContextAttributesSpanProcessor {
  onStart(span: Span, parentContext: Context): void {
    const inherited = contextAttributes(parentContext);
    if (!inherited) return;
    // Attributes that were set on the span itself take precedence.
    const own = fieldsOf(fieldsOf(span).attributes);
    for (const name in inherited) {
      const value = inherited[name];
      if (value !== undefined && own[name] === undefined) span.setAttribute(name, value);
    }
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
