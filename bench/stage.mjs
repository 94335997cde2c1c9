import { chunk, completion, HEADERS } from './answers.mjs';
import { freshSdk } from './modules.mjs';
import { shuffled } from './statistics.mjs';
import { startContext } from './telemetry.mjs';

/** @import { App } from './app.mjs' */
/** @import { Ended } from './telemetry.mjs' */
/** @import { Variant } from './variants.mjs' */
/** @import { Workload } from './workloads.mjs' */

/**
 * @typedef {object} Actor
 * @property {Variant} variant
 * @property {(api: Workload['api'], supply: Pick<Supply, 'fetch'>) => App} app
 * @property {Ended | undefined} ended
 */

/**
 * All variants side by side in this process, each with copies of its own of the SDK and of its instrumentation.
 * Every copy is loaded before the first instrumentation starts, because that hooks `require` for those that follow.
 *
 * @param {readonly Variant[]} variants
 * @param {() => number} next random numbers: who is loaded first may be compiled better
 * @returns {Actor[]}
 */
export function setUp(variants, next) {
  startContext();
  const loaded = shuffled(variants, next).map((variant) => ({ variant, copy: freshSdk(), own: variant.load?.() }));
  // A spare: a file that any copy requires only later is found here, and patched here by whoever hooks `require`.
  freshSdk();
  const actors = loaded.map(({ variant, copy, own }) => {
    const started = variant.start(copy, own);
    const { sdk, Stream } = started.own ?? copy;
    return {
      variant,
      ended: started.ended,
      /** @type {Actor['app']} */
      app: (api, supply) => started.app(connect({ sdk, Stream }, api, supply)),
    };
  });
  // In the order of the table.
  return variants.flatMap((variant) => actors.filter((actor) => actor.variant === variant));
}

/** Responses that lie ready, so that making them is not measured. */
export class Supply {
  /** @type {Response[]} */
  #ready = [];

  /**
   * @param {Workload['api']} api
   * @param {number} count
   */
  fill(api, count) {
    this.#ready = typeof api === 'object' ? Array.from({ length: count }, api.answer) : [];
  }

  fetch = async () => {
    const response = this.#ready.pop();
    if (!response) throw new Error('more requests than were prepared for');
    return response;
  };
}

/**
 * @param {ReturnType<typeof freshSdk>} copy
 * @param {Workload['api']} api
 * @param {Pick<Supply, 'fetch'>} supply
 */
function connect({ sdk, Stream }, api, supply) {
  const key = { apiKey: 'sk-bench', maxRetries: 0 };
  const client = new sdk.OpenAI({ ...key, fetch: supply.fetch });
  return api === 'memory' ? Object.assign(client, { post: withoutHttp({ sdk, Stream }, client) }) : client;
}

/** How many chunks the next stream without HTTP has. */
export const undecodedLength = { chunks: 5_000 };

/**
 * Stands in for the request and the decoder, whose hundred microseconds a call and several a chunk would hide what is
 * looked for: the SDK's own promise, of an object in memory or of the SDK's own `Stream` over such objects.
 *
 * @param {ReturnType<typeof freshSdk>} copy
 * @param {import('openai').OpenAI} client
 */
function withoutHttp({ sdk, Stream }, client) {
  const item = chunk('word ');
  const body = completion('The capital of France is Paris.');
  const response = new Response('', { headers: HEADERS });
  return (/** @type {string} */ _path, /** @type {{ stream?: boolean }} */ { stream }) => {
    const { chunks } = undecodedLength;
    async function* items() {
      for (let sent = 0; sent < chunks; sent++) yield item;
    }
    const controller = new AbortController();
    // As `fetch` does.
    controller.signal.addEventListener('abort', () => {});
    const props = { response, controller, options: {}, requestLogID: '', retryOfRequestLogID: undefined, startTime: 0 };
    /** @type {any} What the SDK passes on is its own affair; `parseResponse` here looks at nothing. */
    const arrived = Promise.resolve(props);
    return new sdk.APIPromise(client, arrived, async () => (stream ? new Stream(items, controller) : body));
  };
}
