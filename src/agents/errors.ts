import { classOfStatus, isApiError, isSdkError } from '../error-class.js';
import { type Fields, fieldsOf, isObject, readable, text } from '../read.js';
import * as semconv from '../semconv.js';
import { describeError, describeFailure, type ErrorDescription, type FailureDescriber } from '../telemetry/errors.js';
import { modelOperation } from './describe.js';

/**
 * Describes the error with which a run rejects. Unless its class belongs to the SDK, a callback of the application can have thrown it.
 * @param isWithoutContent whether the SDK builds the messages of its class without content
 */
export function failureOfRun(error: unknown, isWithoutContent: boolean): FailureDescriber {
  const isOwn = () => isWithoutContent && hasOwnForm(text(fieldsOf(error).message) ?? '');
  const origin = readable(() => isOwn() || (isSdkError(error) && isApiError(error))) ? 'api' : 'content';
  return (filter) => describeError(error, origin, filter);
}

/** Error messages that the Agents SDK builds from names and numbers only, with or without the class (agents-core 0.3.8 to 0.20). */
const OWN_FORMS = [
  /^(?:MaxTurnsExceededError: )?Max turns \(\d+\) exceeded$/,
  /^(?:ModelTimeoutError: )?Model call timed out after [\d.]+ms\.$/,
  /^(?:ToolTimeoutError: )?Tool '[\w.-]{1,128}' timed out after [\d.]+ms\.$/,
];

function hasOwnForm(message: string): boolean {
  return OWN_FORMS.some((form) => form.test(message));
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
  // "Error" stands for a text that `traceIncludeSensitiveData: false` hides (agents-core 0.20, `dist/runner/tracing.mjs`).
  const cause = detail === 'Error' ? undefined : detail;
  const parts = [text(error.message), cause].filter((part) => part !== undefined);
  const type = parts.map(typeOf).find((found) => found !== undefined);
  const isModelCall = modelOperation(data) !== undefined;
  const originOf = (part: string) => (isWithoutContent(part) || (isModelCall && STATUS.test(part)) ? 'api' : 'content');
  return (filter) => {
    const recorded = parts.map((part) => filter(part, originOf(part))).filter((part) => part !== undefined);
    return withType(type ?? recorded.map(wordOf).find((found) => found !== undefined), recorded.join(': '));
  };
}

/** If a tool times out, the SDK can return that as the tool's result. Its span then has no error (agents-core 0.20, `dist/tool.mjs`). */
function failureOfTimeout({ type, name, output }: Fields): FailureDescriber | undefined {
  const message = text(output);
  const begin = `Tool '${name}' timed out after `;
  if (type !== 'function' || !message?.startsWith(begin)) return undefined;
  if (!/^[\d.]+ms\.$/.test(message.slice(begin.length))) return undefined;
  return (filter) => withType('ToolTimeoutError', filter(message, 'api'));
}

/** @param message has passed the filter */
function withType(type: string | undefined, message: string | undefined): ErrorDescription {
  const described = describeFailure({ message: text(message) }, 'api', (filtered) => filtered);
  if (type === undefined) return described;
  return {
    ...described,
    attributes: { ...described.attributes, [semconv.ATTR_ERROR_TYPE]: type },
    exception: { ...described.exception, [semconv.ATTR_EXCEPTION_TYPE]: type },
  };
}

function isWithoutContent(message: string): boolean {
  return OWN_MESSAGES.has(message) || hasOwnForm(message);
}

/** `Error: 500 …`: the errors of `openai` are all named "Error", and their message begins with the status. */
const STATUS = /^(?:Error: )?([45]\d\d) /;
/** Any text can begin with a word and a colon, so the word must look like the name of an error class. */
const NAME = /^(?!Error\b)[A-Za-z_$][\w$]{0,100}?(?:Error|Exception|Triggered)(?=:|$)/;
const WORD = /^(?!Error\b)[A-Z][a-z]\w{0,60}(?=: )/;

/** Reads the class of an error from its text, `Name: message`. */
function typeOf(errorText: string): string | undefined {
  const [, status] = STATUS.exec(errorText) ?? [];
  return status === undefined ? NAME.exec(errorText)?.[0] : classOfStatus(Number(status));
}

/** Reads a class with any name. Used only for a text that may be recorded. */
function wordOf(errorText: string): string | undefined {
  return WORD.exec(errorText)?.[0];
}
