import { APIConnectionTimeoutError, APIUserAbortError, OpenAIError, RateLimitError } from 'openai';
import { describe, expect, it } from 'vitest';
import {
  describeError,
  describeFailure,
  type ErrorOrigin,
  isUserAbort,
  type MessageFilter,
  originOf,
} from '../../src/telemetry/errors.js';

/** As with the option `errorMessages: 'all'`. */
const all: MessageFilter = (message) => message;
/** As with content not captured. */
const auto: MessageFilter = (message, origin) => (origin === 'api' ? message : undefined);

const FRAMES = /^(?: {4}at .+\n?)+$/;

describe('describeError', () => {
  const body = { message: 'Too many', type: 'requests', param: 'model', code: 'rate_limit_exceeded' };
  const headers = new Headers({ 'x-request-id': 'req_1', 'x-ratelimit-remaining-requests': '0' });
  const apiError = new RateLimitError(429, body, undefined, headers);

  it('has what an error of the API says', () => {
    expect(describeError(apiError, 'api', auto)).toEqual({
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
        'exception.stacktrace': apiError.stack,
      },
    });
  });

  it('has only class and code of an error that looks like one of the API, and of one that content is made of', () => {
    const similar = Object.assign(new Error('no'), { status: 404, type: 'a', param: 'b', code: 'c', requestID: 'd' });
    const only = { 'error.type': 'Error', 'llm.error.code': 'c' };
    expect(describeError(similar, 'api', auto).attributes).toEqual(only);
    expect(describeError(apiError, 'content', auto).attributes).toEqual({
      'error.type': 'RateLimitError',
      'llm.error.code': 'rate_limit_exceeded',
    });
  });

  it.each([
    [new APIConnectionTimeoutError(), 'APIConnectionTimeoutError', 'Request timed out.'],
    [new OpenAIError('Odd'), 'OpenAIError', 'Odd'],
    [new TypeError('Bad'), 'TypeError', 'Bad'],
    [Object.assign(new Error('Bad'), { name: 'any text' }), 'Error', 'Bad'],
    ['a text', '_OTHER', 'a text'],
    [undefined, '_OTHER', undefined],
    [{ message: 7 }, '_OTHER', undefined],
    [Object.create(null), '_OTHER', undefined],
  ])('%s is of type %s', (error, type, message) => {
    const { attributes, message: said } = describeError(error, 'api', all);
    expect({ type: attributes['error.type'], message: said }).toEqual({ type, message });
  });

  it.each([
    ['rate_limit', 'rate_limit'],
    [429, '429'],
    ['what somebody said', undefined],
    [{}, undefined],
  ])('the code %j is recorded as %j', (code, expected) => {
    const { attributes } = describeError(Object.assign(new Error('x'), { code }), 'api', auto);
    expect(attributes['llm.error.code']).toBe(expected);
  });

  describe('an error whose message may not be recorded', () => {
    class Declined extends Error {}
    const cause = new Error('SECRET');
    const withCause = new Error('SECRET', { cause });
    withCause.stack += `\ncaused by: ${cause.stack}`;
    const changed = new Error('SECRET');
    changed.message = 'other';

    it.each<[string, unknown, ErrorOrigin]>([
      ['of a tool', new Declined('SECRET'), 'content'],
      ['in several lines', new Error('SECRET\n    at SECRET (SECRET:1:2)\n    at SECRET'), 'content'],
      ['with the cause in its stack trace', withCause, 'content'],
      ['whose message has changed', changed, 'content'],
      ['whose stack trace was replaced', Object.assign(new Error('SECRET'), { stack: 'SECRET\nSECRET' }), 'content'],
      [
        'with a name and a code of any text',
        Object.assign(new Error('SECRET'), { name: 'SECRET x', code: 'SECRET x' }),
        'content',
      ],
      ['a thrown text', 'SECRET', 'api'],
      ['a thrown object', { message: 'SECRET', stack: 'SECRET' }, 'content'],
      ['an answer that is no JSON', thrownBy(() => JSON.parse('SECRET')), 'api'],
      ['parameters in a circle', thrownBy(() => JSON.stringify(circle('SECRET'))), 'api'],
      ['a value that no form can have', new TypeError('Invalid value given to form, but got SECRET instead'), 'api'],
    ])('%s', (_, error, origin) => {
      const described = describeError(error, origin, auto);
      expect(described.message).toBeUndefined();
      expect(JSON.stringify(described)).not.toContain('SECRET');
      const [first, ...frames] = String(described.exception['exception.stacktrace'] ?? '').split('\n');
      if (error instanceof Error) expect(first).toBe(described.exception['exception.type']);
      if (error instanceof Error && error.stack?.includes('at ')) expect(frames.join('\n')).toMatch(FRAMES);
    });
  });

  it('keeps the frames and nothing else of the stack trace when the message is changed', () => {
    const { message, exception } = describeError(new Error('SECRET\nSECRET'), 'content', () => 'released');
    expect(message).toBe('released');
    expect(exception['exception.message']).toBe('released');
    const [first, ...frames] = String(exception['exception.stacktrace']).split('\n');
    expect(first).toBe('Error: released');
    expect(frames.join('\n')).toMatch(FRAMES);
  });

  it('removes credentials before it cuts', () => {
    const url = `https://user:${'p'.repeat(20_000)}@host/path`;
    for (const before of [16_300, 16_380, 65_520]) {
      const { message, exception } = describeError(new Error(`${'x'.repeat(before)} ${url}`), 'api', auto);
      for (const text of [message, exception['exception.stacktrace']]) expect(text).not.toMatch(/pp|user/);
    }
  });

  it.each([
    [
      'Headers.append: "Bearer sk-1\n2 3" is an invalid header value.',
      'Headers.append: "…" is an invalid header value.',
    ],
    ['He said "yes"', 'He said "yes"'],
  ])('%j is recorded as %j', (message, expected) => {
    const { message: said, exception } = describeError(new TypeError(message), 'api', auto);
    expect(said).toBe(expected);
    expect(exception['exception.message']).toBe(expected);
    expect(exception['exception.stacktrace']).toMatch(/^TypeError: [\s\S]*\n +at /);
    expect(String(exception['exception.stacktrace']).startsWith(`TypeError: ${expected}`)).toBe(true);
  });

  it.each(['message', 'stack', 'code', 'name', 'constructor', 'status', 'headers', 'type', 'param'])(
    'describes an error whose %s cannot be read',
    (name) => {
      const get = fail('no');
      const error = Object.defineProperty(new RateLimitError(429, body, undefined, headers), name, { get });
      expect(describeError(error, 'api', auto).attributes['error.type']).toBeTypeOf('string');
    },
  );

  it('describes a proxy that refuses everything', () => {
    const refuse = fail('no');
    const error = new Proxy(new Error('no'), { get: refuse, has: refuse, getPrototypeOf: refuse });
    expect(describeError(error, 'api', auto).attributes['error.type']).toBe('_OTHER');
    expect(isUserAbort(error)).toBe(false);
  });
});

describe('originOf', () => {
  it.each([
    [new APIUserAbortError(), 'api'],
    [new (class extends RateLimitError {})(429, {}, undefined, new Headers()), 'api'],
    [new Error('Connection error.'), 'content'],
    [new (class Tripwire extends Error {})('x'), 'content'],
    ['text', 'content'],
  ])('%s is of origin %s', (error, origin) => {
    expect(originOf(error)).toBe(origin);
  });
});

describe('describeFailure', () => {
  it('takes the code for the type, because there is no class', () => {
    const failure = { message: 'No', code: 'server_error' };
    const attributes = { 'error.type': 'server_error', 'llm.error.code': 'server_error' };
    expect(describeFailure(failure, 'api', auto)).toEqual({
      message: 'No',
      attributes,
      exception: { 'exception.type': 'server_error', 'exception.message': 'No' },
    });
    expect(describeFailure(failure, 'content', auto)).toEqual({
      message: undefined,
      attributes,
      exception: { 'exception.type': 'server_error' },
    });
  });

  it.each([
    [{ code: '429', type: 'rate_limit' }, '429'],
    [{ type: 'rate_limit' }, 'rate_limit'],
    [{}, '_OTHER'],
  ])('of %j is %s', (failure, type) => {
    expect(describeFailure(failure, 'api', auto).attributes['error.type']).toBe(type);
  });
});

it('isUserAbort: only of the class the SDK has for it', () => {
  expect([new APIUserAbortError(), new Error('Request was aborted.'), 'x', undefined].map(isUserAbort)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

function fail(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

function circle(name: string): object {
  const ring: Record<string, unknown> = {};
  ring[name] = ring;
  return ring;
}
