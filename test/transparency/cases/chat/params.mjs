/** Arguments of every kind, including those that the types forbid. */

import { outcome, PARAMS, read, STREAMING, untyped } from '../case.mjs';

/** @typedef {import('../case.mjs').Case} Case */
/** @typedef {import('../case.mjs').Expected} Expected */
/** @typedef {import('../case.mjs').Stage} Stage */

class Question {
  #model = 'gpt-4o-mini';
  get model() {
    return this.#model;
  }
  get messages() {
    return PARAMS.messages;
  }
  toJSON() {
    return { model: this.model, messages: this.messages };
  }
}

/**
 * @param {string} property
 * @returns {import('../case.mjs').Params}
 */
const throwing = (property) =>
  Object.defineProperty({ ...PARAMS }, property, {
    enumerable: true,
    get() {
      throw new RangeError(`nobody may read ${property}`);
    },
  });

/**
 * @template {object} T
 * @param {T} value
 * @returns {T}
 */
function deepFreeze(value) {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}

/**
 * One call with these arguments.
 * @param {string} name
 * @param {Partial<Expected>} expect
 * @param {(stage: Stage) => unknown[]} args
 * @returns {Case}
 */
const call = (name, expect, args) => ({
  name,
  expect: { spans: 1, ...expect },
  run: (stage) =>
    outcome(async () => {
      const completions = stage.client().chat.completions;
      // `apply` keeps the number of arguments.
      const answer = await Reflect.apply(completions.create, completions, args(stage));
      return typeof answer === 'object' && answer !== null && 'iterator' in answer ? read(answer) : answer;
    }),
});

const REFUSED = /** @type {const} */ ({ status: 'ERROR', errorType: 'BadRequestError' });
const WRONG_TYPE = /** @type {const} */ ({ status: 'ERROR', errorType: 'TypeError' });
const UNREADABLE = /** @type {const} */ ({ status: 'ERROR', errorType: 'RangeError', diag: true });
// Whether these values request a stream depends on the version.
const ANY_STREAM_END = /** @type {const} */ ({ endReason: 'any', chunkCount: 'any' });

/** @type {Case[]} */
export const ARGUMENTS = [
  call('frozen params', {}, () => [deepFreeze(structuredClone(PARAMS))]),
  call('params unchanged', {}, () => [{ ...PARAMS, temperature: 0.5, stop: ['a', 'b'], metadata: { a: 'b' } }]),
  call('Proxy params', {}, () => [new Proxy({ ...PARAMS }, {})]),
  call('revoked Proxy params', { ...WRONG_TYPE, diag: true }, () => {
    const { proxy, revoke } = Proxy.revocable({ ...PARAMS }, {});
    revoke();
    return [proxy];
  }),
  call('params of a class with getters', {}, () => [new Question()]),
  call('params without a prototype', {}, () => [Object.assign(Object.create(null), PARAMS)]),
  call('inherited params', REFUSED, () => [Object.create(PARAMS)]),
  call('a model that throws when read', UNREADABLE, () => [throwing('model')]),
  call('a temperature that throws when read', UNREADABLE, () => [throwing('temperature')]),
  call('a stream option that throws when read', UNREADABLE, () => [throwing('stream')]),
  call('tools that throw when read', UNREADABLE, () => [throwing('tools')]),
  call('circular params', WRONG_TYPE, () => {
    const params = { ...PARAMS, metadata: /** @type {Record<string, unknown>} */ ({}) };
    params.metadata.self = params;
    return [params];
  }),
  call('BigInt in params', WRONG_TYPE, () => [{ ...PARAMS, seed: 1n }]),
  call('no arguments', WRONG_TYPE, () => []),
  call('undefined params', WRONG_TYPE, () => [undefined]),
  call('null params', WRONG_TYPE, () => [null]),
  call('params a string', REFUSED, () => ['Say hello.']),
  call('params with odd types', REFUSED, () => [
    { model: 7, messages: 'x', temperature: 'hot', stop: [1, null], n: 'two', tools: { a: 1 }, response_format: 3 },
  ]),
  call('stream: null', {}, () => [{ ...PARAMS, stream: null }]),
  call('stream: 1', ANY_STREAM_END, () => [{ ...PARAMS, stream: 1 }]),
  call('undefined options', {}, () => [PARAMS, undefined]),
  call('null options', {}, () => [PARAMS, null]),
  call('a third argument', {}, () => [PARAMS, {}, 'extra']),
  call('frozen options', {}, () => [PARAMS, Object.freeze({ headers: Object.freeze({ 'x-mine': '1' }) })]),
  call('options of every kind', {}, () => [
    PARAMS,
    { headers: { 'X-Mine': '1' }, query: { a: 'b' }, idempotencyKey: 'key-1', timeout: 5_000, maxRetries: 1 },
  ]),
  call('options.body instead of params', {}, () => [
    PARAMS,
    { body: { ...PARAMS, messages: [{ role: 'user', content: 'Other words.' }] } },
  ]),
  call('options.body that asks for a stream', ANY_STREAM_END, () => [PARAMS, { body: { ...PARAMS, stream: true } }]),
  {
    ...call('options as a promise', {}, () => [PARAMS, Promise.resolve({ headers: { 'X-Mine': '1' } })]),
    sdks: [7],
  },
  {
    ...call('options as a promise that rejects', { status: 'ERROR', errorType: 'RangeError' }, () => [
      PARAMS,
      Promise.reject(new RangeError('no options')),
    ]),
    sdks: [7],
  },
  {
    name: 'params changed after the call',
    expect: { spans: 1 },
    async run({ client }) {
      const params = structuredClone(PARAMS);
      const promise = client().chat.completions.create(params);
      params.model = 'another';
      params.messages.length = 0;
      return promise;
    },
  },
  {
    name: 'many options of a streaming request',
    expect: { spans: 1, endReason: 'completed', chunkCount: 6 },
    async run({ client }) {
      const params = { ...STREAMING, temperature: 0, top_p: 1, seed: 1, stop: 'never', user: 'u-1', logprobs: true };
      return read(await client().chat.completions.create(params, { headers: { 'x-mine': null } }));
    },
  },
  {
    name: 'method taken off its object',
    // A resource without a client is not traced.
    expect: { spans: 0 },
    run: ({ client }) =>
      outcome(() => {
        const { create } = client().chat.completions;
        return create.call(untyped(undefined), PARAMS);
      }),
  },
];
