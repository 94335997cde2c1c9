/**
 * Instrumentations that go wrong in the ways instrumentations of this SDK do go wrong. They exist to show that the
 * comparison sees it: see harness.test.ts.
 */

/**
 * @typedef {PromiseLike<unknown> & { responsePromise: Promise<unknown>, parse: () => Promise<unknown> }} Returned
 * @typedef {{ iterator: () => AsyncIterator<unknown> }} Stream
 */

/** @type {Record<string, (promise: Returned) => unknown>} */
export const FAULTS = {
  /** Starts to read the body although the application has not asked for it. */
  'eager-then': (promise) => {
    promise.then(ignore, ignore);
    return promise;
  },
  /** Loses the helpers of an APIPromise. */
  'plain-promise': async (promise) => promise,
  /** Takes a failure that nobody handles for handled. */
  'handles-rejections': (promise) => {
    promise.responsePromise.then(ignore, ignore);
    return promise;
  },
  /** Shows itself when the promise is enumerated. */
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
