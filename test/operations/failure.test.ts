import { describe, expect, it } from 'vitest';
import { operations } from '../../src/operations/index.js';
import { reportedFailure } from '../../src/operations/shared/failure.js';

describe('reportedFailure', () => {
  it.each<[string, unknown, object | undefined]>([
    ['an object', { error: { message: 'No', code: 404 } }, { message: 'No', code: '404' }],
    ['a text', { error: 'model "m" not found' }, { message: 'model "m" not found' }],
    ['a text with a type', { error: 'Busy', error_type: 'overloaded' }, { message: 'Busy', type: 'overloaded' }],
    ['a text with a code', { error: 'No', code: 'bad' }, { message: 'No', code: 'bad' }],
    ['true', { error: true, message: 'No', code: 7 }, { message: 'No', code: '7' }],
    [
      'an error object',
      { object: 'error', message: 'No', type: 'BadRequestError', code: 400 },
      { message: 'No', code: '400' },
    ],
    ['an error event', { type: 'error', message: 'No', code: 'server_error' }, { message: 'No', code: 'server_error' }],
    ['a nested error event', { type: 'error', error: { message: 'No' } }, { message: 'No' }],
    ['a choice', { choices: [{}, { error: { message: 'No', code: 429 } }] }, { message: 'No', code: '429' }],
    ['a finish reason', { choices: [{ finish_reason: 'error' }] }, {}],
    ['x_groq', { x_groq: { error: 'over_capacity' } }, { message: 'over_capacity' }],
    ['nothing', { error: null, choices: [{ finish_reason: 'stop', error: null }] }, undefined],
    ['an empty error', { error: {} }, undefined],
    ['an empty text', { error: '' }, undefined],
    ['false', { error: false }, undefined],
    ['the error of a resource', { id: 'job_1', status: 'cancelled', error: { message: 'No' } }, undefined],
    ['no body', undefined, undefined],
  ])('reads %s', (_, body, failure) => {
    const found = reportedFailure(body);
    expect(found && JSON.parse(JSON.stringify(found))).toEqual(failure);
  });
});

/** A vector store search gives a page, which has the body in it. */
const wrapped = (resource: string, body: object) => (resource === 'VectorStores' ? { data: [], body } : body);

describe.each(operations.map((operation) => [`${operation.resource}.${operation.method}`, operation] as const))(
  '%s',
  (_, operation) => {
    const error = { message: 'Upstream failed', code: 502, type: 'upstream' };
    const failure = { message: 'Upstream failed', code: '502', type: 'upstream' };

    it('fails with a body that reports an error', () => {
      expect(operation.response(wrapped(operation.resource, { error })).failure).toMatchObject(failure);
    });

    it('fails with a chunk that reports an error', () => {
      const assembly = operation.assemble?.(0);
      assembly?.add({});
      assembly?.add({ error });
      if (assembly) expect(operation.response(assembly.body()).failure).toMatchObject(failure);
    });

    it('does not fail without one', () => {
      expect(operation.response(wrapped(operation.resource, { error: null })).failure).toBeUndefined();
    });
  },
);
