import type { Attributes, Context } from '@opentelemetry/api';
import type { ContentHookInfo, ContentSettings } from '../config.js';
import { known } from '../known.js';
import type { Content } from '../operations/content.js';
import { isObject, isThenable } from '../read.js';
import * as semconv from '../semconv.js';
import { callHook } from './hooks.js';
import { copyContent, limitContent } from './limit.js';
import type { OpenSpan } from './open-span.js';
import type { Outlet } from './sink.js';

/** INFO, the same in every version of the logs API. */
const SEVERITY_INFO = 9;

export function capturesContent({ captureMessageContent }: ContentSettings): boolean {
  return captureMessageContent !== 'none';
}

export function capturesOnSpan({ captureMessageContent: capture }: ContentSettings): boolean {
  return capture === 'span' || capture === 'span_and_event';
}

export function capturesAsEvent({ captureMessageContent: capture }: ContentSettings): boolean {
  return capture === 'event' || capture === 'span_and_event';
}

/** Content as it may be recorded: through the user's hook, then cut to size. */
export function releaseContent(
  content: Content,
  info: ContentHookInfo,
  { contentHook, ...limits }: ContentSettings,
  onFault: (fault: unknown) => void,
): Content | undefined {
  // A copy: parts of the content can be the application's own objects, which a hook may not change by mistake.
  const released = contentHook ? callHook(() => contentHook(copyContent(content), info), onFault) : content;
  if (released === undefined) return undefined;
  if (!isObject(released) || Array.isArray(released) || isThenable(released)) {
    throw new TypeError('contentHook must return content or undefined, at once; nothing is recorded');
  }
  return limitContent(released, limits);
}

/** Puts content where the user wants it. The log event comes in any case where it is wanted, even without content. */
export function emitContent(
  content: Content | undefined,
  open: OpenSpan,
  context: Context,
  { settings, logger }: Pick<Outlet, 'logger'> & { readonly settings: ContentSettings },
): void {
  const fields = content ? contentFields(content) : {};
  // A span that fails must not cost the log event.
  if (capturesOnSpan(settings)) open.tell(() => open.span.setAttributes(asJson(fields)));
  if (!capturesAsEvent(settings)) return;
  logger.emit({
    eventName: semconv.EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS,
    severityNumber: SEVERITY_INFO,
    context,
    attributes: { ...open.attributes, ...fields },
  });
}

/** Under the names of the conventions, as a log record holds it. */
function contentFields(content: Content): Record<string, unknown> {
  return known({
    [semconv.ATTR_GEN_AI_SYSTEM_INSTRUCTIONS]: content.systemInstructions,
    [semconv.ATTR_GEN_AI_INPUT_MESSAGES]: content.inputMessages,
    [semconv.ATTR_GEN_AI_OUTPUT_MESSAGES]: content.outputMessages,
    [semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]: content.toolDefinitions,
    [semconv.ATTR_GEN_AI_TOOL_CALL_ARGUMENTS]: content.toolCallArguments,
    [semconv.ATTR_GEN_AI_TOOL_CALL_RESULT]: content.toolCallResult,
  });
}

/** Span attributes cannot hold structures: SDK 2.x drops them. */
function asJson(fields: Record<string, unknown>): Attributes {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)]));
}
