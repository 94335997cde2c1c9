import type { Attributes, Span } from '@opentelemetry/api';
import type { Settings } from '../config.js';
import { known } from '../known.js';
import type { Content } from '../operations/content.js';
import { isObject, isThenable } from '../read.js';
import * as semconv from '../semconv.js';
import { limitContent } from './limit.js';

export function capturesContent({ captureMessageContent }: Settings): boolean {
  return captureMessageContent !== 'none';
}

export function capturesOnSpan({ captureMessageContent: capture }: Settings): boolean {
  return capture === 'span' || capture === 'span_and_event';
}

export function capturesAsEvent({ captureMessageContent: capture }: Settings): boolean {
  return capture === 'event' || capture === 'span_and_event';
}

/** Content as it may be recorded: through the user's hook, then cut to size. */
export function releaseContent(
  content: Content,
  span: Span,
  operation: string,
  settings: Settings,
): Content | undefined {
  const { contentHook } = settings;
  const released = contentHook ? contentHook(content, { span, operation }) : content;
  if (released === undefined) return undefined;
  if (!isObject(released) || isThenable(released)) {
    throw new TypeError(
      'contentHook must return the content or undefined, and do so synchronously; nothing is recorded',
    );
  }
  return limitContent(released, settings);
}

/** Span attributes hold no structures (SDK 2.x drops them): JSON. */
export function contentAttributes(content: Content): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(contentFields(content))) attributes[name] = JSON.stringify(value);
  return attributes;
}

/** Under the names of the conventions, as a log record holds it. */
export function contentFields(content: Content): Record<string, unknown> {
  return known({
    [semconv.ATTR_GEN_AI_SYSTEM_INSTRUCTIONS]: content.systemInstructions,
    [semconv.ATTR_GEN_AI_INPUT_MESSAGES]: content.inputMessages,
    [semconv.ATTR_GEN_AI_OUTPUT_MESSAGES]: content.outputMessages,
    [semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]: content.toolDefinitions,
  });
}
