import { type Fields, fieldsOf, isObject, label, listOf, text } from '../../read.js';
import { type Failure, MAX_LISTED } from '../operation.js';

/**
 * The failure that a response body or a chunk reports although its HTTP status is 200: `error` at the top (OpenRouter,
 * vLLM, text-generation-inference), in a choice (OpenRouter) or in `x_groq` (Groq), or a choice with finish reason `error`.
 */
export function reportedFailure(body: unknown): Failure | undefined {
  const fields = fieldsOf(body);
  return topLevelFailure(fields) ?? choiceFailure(fields) ?? errorOf(fieldsOf(fields.x_groq).error);
}

/** An error object of an API, or its text alone. */
export function errorOf(error: unknown): Failure | undefined {
  if (typeof error === 'string') return error === '' ? undefined : { message: error };
  if (!isObject(error)) return undefined;
  const { message, code, type, param } = error;
  const failure = { message: text(message), code: label(code), type: text(type), param: text(param) };
  return (failure.message ?? failure.code ?? failure.type) ? failure : undefined;
}

function topLevelFailure(body: Fields): Failure | undefined {
  const { error, object, type, id, status } = body;
  // A resource with a status, such as a response or a run, can hold the error of an earlier request.
  if (text(id) !== undefined && text(status) !== undefined) return undefined;
  if (object === 'error' || type === 'error') return errorOf(isObject(error) ? error : { ...body, type: undefined });
  if (error === true) return errorOf(body) ?? {};
  if (typeof error !== 'string') return errorOf(error);
  return error === '' ? undefined : { message: error, code: label(body.code), type: text(body.error_type) };
}

function choiceFailure({ choices }: Fields): Failure | undefined {
  const list = listOf(choices);
  for (let position = 0; position < list.length && position < MAX_LISTED; position++) {
    const { error, finish_reason } = fieldsOf(list[position]);
    const failure = errorOf(error) ?? (finish_reason === 'error' ? {} : undefined);
    if (failure) return failure;
  }
  return undefined;
}
