/**
 * Faulty instrumentations, with faults that real instrumentations of this SDK have. harness.test.ts checks that the
 * comparison detects each of them.
 */

/**
 * @typedef {PromiseLike<unknown> & { responsePromise: Promise<unknown>, parse: () => Promise<unknown> }} Returned
 * @typedef {{ iterator: () => AsyncIterator<unknown> }} Stream
 */

/** @type {Record<string, (promise: Returned) => unknown>} */
export const FAULTS = {
  /** Reads the body before the application asks for it. */
  'eager-then': (promise) => {
    promise.then(ignore, ignore);
    return promise;
  },
  /** Returns a plain promise, without the helpers of an APIPromise. */
  'plain-promise': async (promise) => promise,
  /** Marks an unhandled rejection as handled. */
  'handles-rejections': (promise) => {
    promise.responsePromise.then(ignore, ignore);
    return promise;
  },
  /** Adds a second handler to the SDK's promise: the stacks of errors end there. */
  'cuts-stacks': (promise) => {
    const parse = promise.parse;
    const value = () => {
      const parsed = parse.call(promise);
      parsed.then(ignore, ignore);
      return parsed;
    };
    return Object.defineProperty(promise, 'parse', { value });
  },
  /** Adds enumerable properties to the promise. */
  'visible-property': (promise) => Object.assign(promise, { traced: true }),
  /** Reads the whole stream before the application gets its first chunk. */
  'reads-ahead': (promise) => {
    const parse = promise.parse;
    const value = () => parse.call(promise).then(readAhead);
    return Object.defineProperty(promise, 'parse', { value });
  },
};

/** @param {unknown} result */
function readAhead(result) {
  if (typeof result !== 'object' || result === null || !('iterator' in result)) return result;
  const stream = /** @type {Stream} */ (result);
  const make = stream.iterator;
  stream.iterator = async function* () {
    const items = [];
    for await (const item of { [Symbol.asyncIterator]: () => make.call(stream) }) items.push(item);
    yield* items;
  };
  return stream;
}

function ignore() {}
