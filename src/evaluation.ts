import { context, diag, ROOT_CONTEXT, type Span, type SpanContext, trace } from '@opentelemetry/api';
import { contextAttributes } from './context.js';
import { errorClass } from './error-class.js';
import { attempt } from './guard.js';
import { known } from './known.js';
import { globalLoggerProviders } from './logs.js';
import { fieldsOf, number, text } from './read.js';
import * as semconv from './semconv.js';
import type { Logger } from './telemetry/sink.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from './version.js';

/** `SeverityNumber.INFO`. The number is the same in every version of the logs API. */
const SEVERITY_INFO = 9;

/** A judgement of an answer: by a user, a test or another model. */
export interface Evaluation {
  /** What is judged, such as `helpfulness`. */
  name: string;
  /** A number in any range. */
  score?: number | undefined;
  /** The judgement in a word, such as `pass`. */
  label?: string | undefined;
  /** The reason, in any length. It is recorded as it is. */
  explanation?: string | undefined;
  /** The `id` of the completion or response that is judged, as in the API's answer. */
  responseId?: string | undefined;
  /** The span that is judged, or its context. It may have ended long ago. By default the active span, unless `responseId` is set. */
  span?: Span | SpanContext | undefined;
  /** Why the evaluation itself failed. Its class is recorded. */
  error?: unknown;
}

/**
 * Records how good an answer is, as the log event `gen_ai.evaluation.result` of the conventions. It needs a logger provider,
 * which `NodeSDK` has by default. It never throws: a mistake becomes a line on the diagnostic logger.
 *
 * @example
 * const completion = await openai.chat.completions.create(…);
 * recordEvaluation({ name: 'user_feedback', label: 'thumbs_up', score: 1, responseId: completion.id });
 */
export function recordEvaluation(evaluation: Evaluation): void {
  attempt(diag, () => {
    const { name, score, label, explanation, responseId, span, error } = fieldsOf(evaluation);
    if (!text(name)) {
      diag.warn(`${PACKAGE_NAME}: recordEvaluation() needs a name; nothing is recorded`);
      return;
    }
    const logger = globalLogger();
    if (!logger) {
      diag.warn(`${PACKAGE_NAME}: recordEvaluation() found no logger provider; nothing is recorded`);
      return;
    }
    logger.emit({
      eventName: semconv.EVENT_GEN_AI_EVALUATION_RESULT,
      severityNumber: SEVERITY_INFO,
      context: contextOf(span, responseId),
      attributes: {
        ...contextAttributes(context.active()),
        ...known({
          [semconv.ATTR_GEN_AI_EVALUATION_NAME]: text(name),
          [semconv.ATTR_GEN_AI_EVALUATION_SCORE_VALUE]: number(score),
          [semconv.ATTR_GEN_AI_EVALUATION_SCORE_LABEL]: text(label),
          [semconv.ATTR_GEN_AI_EVALUATION_EXPLANATION]: text(explanation),
          [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(responseId),
          [semconv.ATTR_ERROR_TYPE]: error === undefined ? undefined : (errorClass(error) ?? '_OTHER'),
        }),
      },
    });
  });
}

/** The active span is often that of another request, which brings the feedback. So it counts only if nothing else is known. */
function contextOf(span: unknown, responseId: unknown) {
  const { spanContext, traceId, spanId } = fieldsOf(span);
  if (typeof spanContext === 'function') return trace.setSpanContext(ROOT_CONTEXT, spanContext.call(span));
  if (text(traceId) && text(spanId)) return trace.setSpanContext(ROOT_CONTEXT, span as SpanContext);
  return text(responseId) ? ROOT_CONTEXT : context.active();
}

function globalLogger(): Logger | undefined {
  const [provider] = globalLoggerProviders();
  const { getLogger } = fieldsOf(provider);
  return typeof getLogger === 'function' ? getLogger.call(provider, PACKAGE_NAME, PACKAGE_VERSION) : undefined;
}
