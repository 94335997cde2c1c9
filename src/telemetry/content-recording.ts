import type { Attributes, Context } from '@opentelemetry/api';
import { type ContentSettings, capturesAsEvent, capturesContent, capturesOnSpan } from '../config.js';
import { callHook, UsageError } from '../guard.js';
import { known } from '../known.js';
import type { Content } from '../operations/content.js';
import { isObject, isThenable } from '../read.js';
import * as semconv from '../semconv.js';
import { copyContent, limitContent } from './limit.js';
import type { OpenSpan } from './open-span.js';
import type { Logger, TelemetrySink } from './sink.js';

/** `SeverityNumber.DEBUG`, as in the conventions. The number is the same in every version of the logs API. */
const SEVERITY_DEBUG = 5;

type ContentSink = Pick<TelemetrySink, 'logger'> & { readonly settings: ContentSettings };

/**
 * Passes content through the user's hook, limits its size, and records it on the span, as a log event, or both.
 *
 * @param operation `gen_ai.operation.name` of the span
 * @param context the context of the log event
 */
export function recordContent(
  content: Content,
  operation: string,
  open: OpenSpan,
  context: Context,
  sink: ContentSink,
): void {
  let released: Content | undefined;
  open.update(() => {
    released = releaseContent(content, operation, open, sink.settings);
  });
  emitContent(released, open, context, sink);
}

/**
 * The content to record: what the user's hook returned, limited in size.
 *
 * @throws {UsageError} if the hook returns something that is not content
 */
export function releaseContent(
  content: Content,
  operation: string,
  open: OpenSpan,
  settings: ContentSettings & { readonly choiceEvents?: boolean },
): Content | undefined {
  const { contentHook, maxContentLength, maxTotalContentLength, captureMedia } = settings;
  const info = { span: open.span, operation };
  // The hook gets a copy, because the content can hold objects that belong to the application.
  const released = contentHook
    ? callHook(
        () => contentHook(copyContent(content), info),
        (fault) => open.report(fault),
      )
    : content;
  if (released === undefined) return undefined;
  if (!isObject(released) || Array.isArray(released) || isThenable(released)) {
    throw new UsageError('contentHook must return content or undefined, synchronously; nothing is recorded');
  }
  const repeatsOutput = settings.choiceEvents === true && capturesOnSpan(settings);
  return limitContent(released, { maxContentLength, maxTotalContentLength, captureMedia, repeatsOutput });
}

/** Records the content. If log events are on, one is emitted even if there is no content. */
export function emitContent(
  content: Content | undefined,
  open: OpenSpan,
  context: Context,
  { settings, logger }: ContentSink,
): void {
  if (!open.isRecording || !capturesContent(settings)) return;
  const fields = content ? contentFields(content) : {};
  const texts = content ? contentTexts(content) : {};
  // Guarded separately, so that a failing span does not prevent the log event.
  if (capturesOnSpan(settings)) open.update(() => open.span.setAttributes({ ...asJson(fields), ...texts }));
  if (!capturesAsEvent(settings)) return;
  logger.emit({
    eventName: semconv.EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS,
    severityNumber: SEVERITY_DEBUG,
    context,
    attributes: { ...open.attributes, ...(takesStructures(logger) ? fields : asJson(fields)), ...texts },
  });
}

/** The content by attribute name, as structures. */
function contentFields(content: Content): Record<string, unknown> {
  return known({
    [semconv.ATTR_GEN_AI_SYSTEM_INSTRUCTIONS]: unlessEmpty(content.systemInstructions),
    [semconv.ATTR_GEN_AI_INPUT_MESSAGES]: unlessEmpty(content.inputMessages),
    [semconv.ATTR_GEN_AI_OUTPUT_MESSAGES]: unlessEmpty(content.outputMessages),
    [semconv.ATTR_GEN_AI_TOOL_DEFINITIONS]: unlessEmpty(content.toolDefinitions),
    [semconv.ATTR_GEN_AI_RETRIEVAL_DOCUMENTS]: unlessEmpty(content.retrievalDocuments),
    [semconv.ATTR_GEN_AI_TOOL_CALL_ARGUMENTS]: content.toolCallArguments,
    [semconv.ATTR_GEN_AI_TOOL_CALL_RESULT]: content.toolCallResult,
  });
}

/** Content that is plain text in spans and in log records. */
function contentTexts({ retrievalQuery, toolDescription, promptVariables }: Content): Attributes {
  const texts: Record<string, unknown> = {
    [semconv.ATTR_GEN_AI_RETRIEVAL_QUERY_TEXT]: retrievalQuery,
    [semconv.ATTR_GEN_AI_TOOL_DESCRIPTION]: toolDescription,
  };
  for (const [name, value] of Object.entries(promptVariables ?? {})) {
    texts[`${semconv.ATTR_GEN_AI_PROMPT_VARIABLE}.${name}`] = value;
  }
  return Object.fromEntries(Object.entries(texts).filter(([, value]) => typeof value === 'string')) as Attributes;
}

/** An empty list, such as the output of a response that is still queued, is not recorded. */
function unlessEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return Array.isArray(list) && list.length === 0 ? undefined : list;
}

/**
 * Whether the attributes of a log record can be lists of objects. `@opentelemetry/sdk-logs` before 0.211 drops those. No
 * API tells that, but every version that drops them lacks `Logger.enabled()`, which came with 0.216.
 */
function takesStructures(logger: Logger): boolean {
  try {
    return typeof logger.enabled?.() === 'boolean';
  } catch {
    return false;
  }
}

/** Span attributes must be JSON text, because SDK 2.x drops structures. */
function asJson(fields: Record<string, unknown>): Attributes {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)]));
}
