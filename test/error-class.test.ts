import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { errorClass } from '../src/error-class.js';

type ErrorConstructor = new (...args: unknown[]) => Error;

interface Sdk {
  APIError: { generate(status: number, body: object, message: string, headers: Headers): Error };
  APIConnectionError: ErrorConstructor;
  APIUserAbortError: ErrorConstructor;
  APIConnectionTimeoutError: ErrorConstructor;
  LengthFinishReasonError: ErrorConstructor;
  ContentFilterFinishReasonError: ErrorConstructor;
}

describe.each(['4', '5', '6', '7'])('openai %s', (major) => {
  const require = createRequire(new URL(`./sdk/${major}/package.json`, import.meta.url));
  const { APIError, APIConnectionError, APIConnectionTimeoutError, APIUserAbortError } = require('openai') as Sdk;
  const { LengthFinishReasonError, ContentFilterFinishReasonError } = require('openai/error') as Sdk;
  const generate = (status: number) => APIError.generate(status, { error: { message: 'no' } }, 'no', new Headers());

  const errors: [string, Error][] = [
    ['BadRequestError', generate(400)],
    ['AuthenticationError', generate(401)],
    ['PermissionDeniedError', generate(403)],
    ['NotFoundError', generate(404)],
    ['ConflictError', generate(409)],
    ['APIError', generate(418)],
    ['UnprocessableEntityError', generate(422)],
    ['RateLimitError', generate(429)],
    ['InternalServerError', generate(503)],
    ['APIConnectionError', new APIConnectionError({ cause: new TypeError('fetch failed') })],
    ['APIUserAbortError', new APIUserAbortError()],
    ['APIConnectionTimeoutError', new APIConnectionTimeoutError()],
    ['LengthFinishReasonError', new LengthFinishReasonError()],
    ['ContentFilterFinishReasonError', new ContentFilterFinishReasonError()],
  ];

  it.each(errors)('names %s', (name, error) => {
    expect(errorClass(error)).toBe(name);
  });

  it.each(errors)('names %s after a minifier has shortened that', (name, error) => {
    Object.defineProperty(error.constructor, 'name', { value: 'Wt' });
    expect(error.constructor.name).toBe('Wt');
    expect(errorClass(error)).toBe(name);
  });
});

it('leaves errors of others as they are called', () => {
  class Refusal extends Error {}
  class Teapot extends Error {
    readonly status = 418;
  }
  expect(errorClass(new Refusal('no'))).toBe('Refusal');
  expect(errorClass(new Teapot('short and stout'))).toBe('Teapot');
  expect(errorClass(new RangeError('far'))).toBe('RangeError');
  expect(errorClass({ status: 429 })).toBeUndefined();
});
