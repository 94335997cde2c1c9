import { APIConnectionTimeoutError, APIUserAbortError, OpenAIError, RateLimitError } from 'openai';
import { describe, expect, it } from 'vitest';
import { describeError, describeFailure, isUserAbort } from '../../src/telemetry/errors.js';

describe('describeError', () => {
  it('tells what an error of the API says', () => {
    const body = { message: 'Too many', type: 'requests', param: 'model', code: 'rate_limit_exceeded' };
    const headers = new Headers({ 'x-request-id': 'req_1', 'x-ratelimit-remaining-requests': '0' });
    const error = new RateLimitError(429, body, undefined, headers);
    expect(describeError(error)).toEqual({
      message: '429 Too many',
      attributes: {
        'error.type': 'RateLimitError',
        'http.response.status_code': 429,
        'llm.request_id': 'req_1',
        'llm.rate_limit.remaining_requests': 0,
        'llm.error.code': 'rate_limit_exceeded',
        'llm.error.type': 'requests',
        'llm.error.param': 'model',
      },
      exception: {
        'exception.type': 'RateLimitError',
        'exception.message': '429 Too many',
        'exception.stacktrace': error.stack,
      },
    });
  });

  it.each([
    [new APIConnectionTimeoutError(), 'APIConnectionTimeoutError', 'Request timed out.'],
    [new OpenAIError('Odd'), 'OpenAIError', 'Odd'],
    [new TypeError('Bad'), 'TypeError', 'Bad'],
    ['a text', '_OTHER', 'a text'],
    [undefined, '_OTHER', undefined],
    [{ message: 7 }, '_OTHER', undefined],
    [Object.create(null), '_OTHER', undefined],
  ])('%s is of type %s', (error, type, message) => {
    const { attributes, message: said } = describeError(error);
    expect({ type: attributes['error.type'], message: said }).toEqual({ type, message });
  });

  it.each([
    [
      'Headers.append: "Bearer sk-1\n2 3" is an invalid header value.',
      'Headers.append: "…" is an invalid header value.',
    ],
    [`Unexpected token 'a', "answer" is not valid JSON`, `Unexpected token 'a', "…" is not valid JSON`],
    [`Unexpected token 'a', ..."answer"... is not valid JSON`, `Unexpected token 'a', ..."…" is not valid JSON`],
    ['He said "yes"', 'He said "yes"'],
    ['This is not valid JSON', 'This is not valid JSON'],
  ])('%j is told as %j', (message, expected) => {
    const { message: said, exception } = describeError(new TypeError(message));
    expect(said).toBe(expected);
    expect(exception['exception.message']).toBe(expected);
    expect(exception['exception.stacktrace']).toMatch(/^TypeError: [\s\S]*\n +at /);
    expect(String(exception['exception.stacktrace']).startsWith(`TypeError: ${expected}`)).toBe(true);
  });
});

describe('describeFailure', () => {
  it('takes the code for the type, because there is no class', () => {
    expect(describeFailure({ message: 'No', code: 'server_error' })).toEqual({
      message: 'No',
      attributes: { 'error.type': 'server_error', 'llm.error.code': 'server_error' },
      exception: { 'exception.type': 'server_error', 'exception.message': 'No' },
    });
  });

  it.each([
    [{ code: '429', type: 'rate_limit' }, '429'],
    [{ type: 'rate_limit' }, 'rate_limit'],
    [{}, '_OTHER'],
  ])('of %j is %s', (failure, type) => {
    expect(describeFailure(failure).attributes['error.type']).toBe(type);
  });
});

it.each([
  [429, '429'],
  ['invalid_api_key', 'invalid_api_key'],
  [null, undefined],
])('describeError: the code %j is %j', (code, text) => {
  const error = Object.assign(new Error('No'), { code });
  expect(describeError(error).attributes['llm.error.code']).toBe(text);
});

it('isUserAbort: only of the class the SDK has for it', () => {
  expect([new APIUserAbortError(), new Error('Request was aborted.'), 'x', undefined].map(isUserAbort)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
