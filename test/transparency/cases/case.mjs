/** What a case is, and the few lines of application code that most of them share. */

/** @typedef {'ERROR' | 'UNSET' | 'any'} Status */

/**
 * What the telemetry of a case must be; what is not mentioned must not be there. `any` leaves a thing open, and a list
 * has one value for each call, `none` for a call that has none.
 * @typedef {object} Expected
 * @property {number | 'any'} spans model calls
 * @property {number | 'any'} [children] tools run on behalf of the application
 * @property {string | readonly string[]} [endReason] of streams
 * @property {Status | readonly Status[]} [status]
 * @property {string | readonly string[]} [errorType]
 * @property {number | string | readonly (number | string)[]} [chunkCount]
 * @property {boolean} [abandoned] nobody ever asked for the answer
 * @property {boolean} [diag] the instrumentation may complain about what the case gives it
 */

/** @typedef {import('../stage.mjs').Stage} Stage */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {Expected | ((major: number) => Expected)} expect
 * @property {readonly number[]} [sdks] major versions that have what the case uses
 * @property {(stage: Stage) => unknown} run returns what the application saw
 */

/** @typedef {import('openai').OpenAI} OpenAI */
/** @typedef {import('openai').OpenAI.Chat.Completions} Completions */
/** @typedef {import('openai').OpenAI.Chat.ChatCompletionCreateParamsNonStreaming} Params */
/** @typedef {import('openai').OpenAI.Chat.ChatCompletionCreateParamsStreaming} StreamingParams */

/** @type {Params} */
export const PARAMS = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello.' }] };
/**
 * For the `stream()` helper, whose types want no property that could be `undefined`.
 * @type {import('openai/lib/ChatCompletionStream').ChatCompletionStreamParams}
 */
export const HELPER_PARAMS = { model: PARAMS.model, messages: PARAMS.messages };
/** @type {StreamingParams} */
export const STREAMING = { ...PARAMS, stream: true };

/** The scenario of most stream cases: long enough to be left in the middle. */
export const CHUNKS = 'stream-chunks-6';
export const SLOW_CHUNKS = 'chunk-delay-15';

/**
 * What a piece of work comes to, whichever way it ends.
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
 * Reads to the end, or until it has `limit` items.
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
 * Reads to the end, and keeps what came before an error.
 * @template T
 * @param {AsyncIterable<T>} items
 */
export async function drain(items) {
  /** @type {T[]} */
  const taken = [];
  const end = await outcome(async () => {
    for await (const item of items) taken.push(item);
  });
  return { taken, ...end };
}

/**
 * A value that the types forbid and plain JavaScript does not.
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
