/** The type of a case, and application code that most cases share. */

/** @typedef {'ERROR' | 'UNSET' | 'any'} Status */

/**
 * The expected telemetry of a case. Fields that are left out must be absent. `any` accepts every value. A list has one
 * value per call, `none` for a call without a value.
 * @typedef {object} Expected
 * @property {number | 'any'} spans model calls
 * @property {number | 'any'} [children] tool functions that the SDK runs
 * @property {string | readonly string[]} [endReason] of streams
 * @property {Status | readonly Status[]} [status]
 * @property {string | readonly string[]} [errorType]
 * @property {number | string | readonly (number | string)[]} [chunkCount]
 * @property {boolean} [abandoned] the promise was never awaited
 * @property {boolean} [diag] the instrumentation may log a diagnostic line
 */

/** @typedef {import('../stage.mjs').Stage} Stage */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {Expected | ((major: number) => Expected)} expect
 * @property {readonly number[]} [sdks] major versions that have the APIs of this case
 * @property {(stage: Stage) => unknown} run returns what the application saw
 */

/** @typedef {import('openai').OpenAI} OpenAI */
/** @typedef {import('openai').OpenAI.Chat.Completions} Completions */
/** @typedef {import('openai').OpenAI.Chat.ChatCompletionCreateParamsNonStreaming} Params */
/** @typedef {import('openai').OpenAI.Chat.ChatCompletionCreateParamsStreaming} StreamingParams */

/** @type {Params} */
export const PARAMS = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello.' }] };
/**
 * Parameters for the `stream()` helper: its types allow no `undefined` properties.
 * @type {import('openai/lib/ChatCompletionStream').ChatCompletionStreamParams}
 */
export const HELPER_PARAMS = { model: PARAMS.model, messages: PARAMS.messages };
/** @type {StreamingParams} */
export const STREAMING = { ...PARAMS, stream: true };

/** The scenario of most stream cases: long enough to leave in the middle. */
export const CHUNKS = 'stream-chunks-6';
export const SLOW_CHUNKS = 'chunk-delay-15';

/**
 * The outcome of some work: its value or its error.
 * @param {() => unknown} work
 */
export async function outcome(work) {
  try {
    return { value: await work() };
  } catch (error) {
    return { thrown: error };
  }
}

/**
 * Reads to the end, or `limit` items.
 * @template T
 * @param {AsyncIterable<T>} items
 * @param {number} [limit]
 */
export async function read(items, limit = Number.POSITIVE_INFINITY) {
  /** @type {T[]} */
  const taken = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length >= limit) break;
  }
  return taken;
}

/**
 * Reads to the end or to an error, and returns the items and the error.
 * @template T
 * @param {AsyncIterable<T>} items
 * @param {() => void} [whileSecond] called while the second item is waited for
 */
export async function drain(items, whileSecond) {
  /** @type {T[]} */
  const taken = [];
  const end = await outcome(async () => {
    for await (const item of items) {
      taken.push(item);
      if (whileSecond && taken.length === 1) setImmediate(whileSecond);
    }
  });
  return { taken, ...end };
}

/**
 * Casts a value that plain JavaScript code can pass and the types forbid.
 * @param {unknown} value
 * @returns {never}
 */
export function untyped(value) {
  return /** @type {never} */ (value);
}

/**
 * `parse`, `stream` and `runTools`: in version 4 they are under `beta`.
 * @param {OpenAI} client
 * @returns {Completions}
 */
export function helpers(client) {
  if ('parse' in client.chat.completions || !('chat' in client.beta)) return client.chat.completions;
  return /** @type {{ completions: Completions }} */ (client.beta.chat).completions;
}
