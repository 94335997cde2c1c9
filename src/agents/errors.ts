import { classOfStatus, errorClass, isApiError } from '../error-class.js';
import { type Fields, fieldsOf, isObject, text } from '../read.js';
import * as semconv from '../semconv.js';
import {
  describeError,
  describeFailure,
  type ErrorDescription,
  type ErrorOrigin,
  type FailureDescriber,
} from '../telemetry/errors.js';
import { modelOperation } from './describe.js';

/**
 * Error classes whose message the Agents SDK makes of names and numbers alone (agents-core 0.20, `dist/errors.mjs`). All
 * others quote content, or may do so: the tripwire errors quote a guardrail's `outputInfo`, `ModelRefusalError` the refusal,
 * `ToolCallError` and `GuardrailExecutionError` the error of the application's function, `InvalidToolInputError`,
 * `InvalidToolOutputError` and `ModelBehaviorError` what the model said, `UserError` and `SystemError` a saved state.
 */
const WITHOUT_CONTENT = new Set(['MaxTurnsExceededError', 'ModelTimeoutError', 'ToolTimeoutError']);

/** The error that a run rejects with. An error of another class can come from a callback of the application. */
export function failureOfRun(error: unknown): FailureDescriber {
  const origin: ErrorOrigin = isApiError(error) || WITHOUT_CONTENT.has(errorClass(error) ?? '') ? 'api' : 'content';
  return (filter) => describeError(error, origin, filter);
}

/** Messages that the Agents SDK sets on its spans, without content (agents-core and agents-openai 0.3.8 to 0.20). */
const OWN_MESSAGES = new Set([
  'Error running tool',
  'Error running tool (non-fatal)',
  'Error in agent run',
  'Error getting response',
  'Error streaming response',
  'Guardrail tripwire triggered',
  'Handoff failed',
  'Invalid JSON provided',
  'Max turns exceeded',
  'Multiple handoffs requested',
  'Tool not found',
  'Tool execution failed. Error details are redacted.',
]);

/**
 * The error of a span: `{ message, data: { error } }`, where `data.error` is the text of an error.
 * @param data the data of the span
 */
export function failureOfSpan(error: unknown, data: Fields): FailureDescriber | undefined {
  if (!isObject(error)) return failureOfTimeout(data);
  const detail = text(fieldsOf(error.data).error);
  // "Error" is what the SDK says of an error whose text it must not repeat.
  const cause = detail === 'Error' ? undefined : detail;
  const parts = [text(error.message), cause].filter((part) => part !== undefined);
  const type = parts.map(typeOf).find((found) => found !== undefined);
  const isModelCall = modelOperation(data) !== undefined;
  const originOf = (part: string) => (isWithoutContent(part) || (isModelCall && STATUS.test(part)) ? 'api' : 'content');
  return (filter) => {
    const recorded = parts.map((part) => filter(part, originOf(part))).filter((part) => part !== undefined);
    return withType(type, recorded.join(': '));
  };
}

/** A time-out that the SDK hands to the model as the tool's result is no error on the span (agents-core 0.20, `dist/tool.mjs`). */
function failureOfTimeout({ type, name, output }: Fields): FailureDescriber | undefined {
  const message = text(output);
  if (type !== 'function' || !message?.startsWith(`Tool '${name}' timed out after `)) return undefined;
  if (!/ after [\d.]+ms\.$/.test(message)) return undefined;
  return (filter) => withType('ToolTimeoutError', filter(message, 'api'));
}

/** @param message filtered already */
function withType(type: string | undefined, message: string | undefined): ErrorDescription {
  const described = describeFailure({ message: text(message) }, 'api', (filtered) => filtered);
  if (type === undefined) return described;
  return {
    ...described,
    attributes: { ...described.attributes, [semconv.ATTR_ERROR_TYPE]: type },
    exception: { ...described.exception, [semconv.ATTR_EXCEPTION_TYPE]: type },
  };
}

function isWithoutContent(said: string): boolean {
  return OWN_MESSAGES.has(said) || WITHOUT_CONTENT.has(typeOf(said) ?? '');
}

/** `Error: 500 …`: the errors of `openai` are all named "Error", and their message begins with the status. */
const STATUS = /^(?:Error: )?([45]\d\d) /;
const NAME = /^(?!Error\b)(?:\w*(?:Error|Exception|Triggered)(?=:|$)|[A-Z][a-z]\w{0,60}(?=: ))/;

/** The class of an error by its text, `Name: message`. */
function typeOf(said: string): string | undefined {
  const [, status] = STATUS.exec(said) ?? [];
  return status === undefined ? NAME.exec(said)?.[0] : classOfStatus(Number(status));
}
