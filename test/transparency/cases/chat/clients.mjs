/** Clients other than a plain `new OpenAI()`. */

import { outcome, PARAMS, read, STREAMING } from '../case.mjs';

/** @type {import('../case.mjs').Case[]} */
export const CLIENTS = [
  {
    name: 'custom fetch',
    expect: { spans: 1 },
    async run({ client }) {
      /** @type {unknown[]} */
      const seen = [];
      /** @type {typeof fetch} */
      const recordingFetch = async (input, init) => {
        seen.push(String(input), init?.method, Object.keys(init ?? {}), init?.body);
        return fetch(input, init);
      };
      const answer = await client(undefined, { fetch: recordingFetch }).chat.completions.create(PARAMS);
      return { seen, answer };
    },
  },
  {
    name: 'custom fetch that answers by itself',
    expect: { spans: 1 },
    run({ client }) {
      const answer = { id: 'chatcmpl-own', choices: [], model: 'own' };
      /** @type {typeof fetch} */
      const ownFetch = async () => Response.json(answer);
      return client(undefined, { fetch: ownFetch }).chat.completions.create(PARAMS);
    },
  },
  {
    name: 'custom fetch that throws',
    expect: { spans: 1, status: 'ERROR', errorType: 'APIConnectionError' },
    run({ client }) {
      /** @type {typeof fetch} */
      const brokenFetch = () => {
        throw new RangeError('no network today');
      };
      return outcome(() => client(undefined, { fetch: brokenFetch }).chat.completions.create(PARAMS));
    },
  },
  {
    name: 'custom fetch keeps the async context of the application',
    expect: { spans: 1 },
    run: ({ client, within, surroundings }) =>
      within('request 8', async () => {
        /** @type {string[]} */
        const seen = [];
        /** @type {typeof fetch} */
        const recordingFetch = (input, init) => {
          // Here the active span differs on purpose: HTTP spans must be children of the call's span.
          seen.push(String(surroundings().split(',')[0]));
          return fetch(input, init);
        };
        await client(undefined, { fetch: recordingFetch }).chat.completions.create(PARAMS);
        return seen;
      }),
  },
  {
    name: 'subclass that changes nothing',
    expect: { spans: 1 },
    run({ sdk, url }) {
      class Mine extends sdk.OpenAI {}
      return new Mine({ apiKey: 'sk-test', baseURL: url(), maxRetries: 0 }).chat.completions.create(PARAMS);
    },
  },
  {
    name: 'subclass of the resource that calls super',
    expect: { spans: 1 },
    async run({ sdk, client }) {
      const { Completions } = sdk.OpenAI.Chat;
      /** @type {string[]} */
      const seen = [];
      class Mine extends Completions {
        /** @param {[never, never]} args */
        log(...args) {
          seen.push('before');
          return super.create(...args);
        }
      }
      const completions = new Mine(client());
      const promise = Reflect.apply(completions.log, completions, [PARAMS]);
      return { seen, look: promise, answer: await promise };
    },
  },
  {
    name: 'subclass of the client that overrides post',
    expect: { spans: 1 },
    async run({ sdk, url }) {
      /** @type {unknown[]} */
      const seen = [];
      class Mine extends sdk.OpenAI {
        /**
         * @override
         * @type {import('openai').OpenAI['post']}
         */
        post = (path, options) => {
          seen.push(path);
          return super.post(path, options);
        };
      }
      const client = new Mine({ apiKey: 'sk-test', baseURL: url(), maxRetries: 0 });
      return { answer: await client.chat.completions.create(PARAMS), seen };
    },
  },
  {
    name: 'withOptions',
    sdks: [5, 6, 7],
    expect: { spans: 1, status: 'ERROR', errorType: 'RateLimitError' },
    run: ({ client, url }) =>
      outcome(() =>
        client()
          .withOptions({ baseURL: url('status-429'), maxRetries: 1 })
          .chat.completions.create(PARAMS),
      ),
  },
  {
    name: 'Azure client',
    expect: { spans: 2, endReason: ['none', 'completed'], chunkCount: ['none', 6] },
    async run({ sdk, url }) {
      const endpoint = url().replace('/v1', '');
      const azure = new sdk.AzureOpenAI({ apiKey: 'az-test', endpoint, apiVersion: '2024-10-21', maxRetries: 0 });
      const answer = await azure.chat.completions.create(PARAMS);
      return { answer, chunks: await read(await azure.chat.completions.create(STREAMING)) };
    },
  },
  {
    name: 'client copied with Object.assign',
    expect: { spans: 1 },
    run({ client }) {
      const original = client();
      const copy = Object.assign(Object.create(Object.getPrototypeOf(original)), original);
      return copy.chat.completions.create(PARAMS);
    },
  },
  {
    name: 'Proxy around the client',
    expect: { spans: 1 },
    run: ({ client }) => new Proxy(client(), {}).chat.completions.create(PARAMS),
  },
  {
    name: 'frozen resource',
    expect: { spans: 1 },
    run: ({ client }) => Object.freeze(client().chat.completions).create(PARAMS),
  },
  {
    name: 'create replaced on one client',
    expect: { spans: 1 },
    async run({ client }) {
      const mine = client();
      const original = mine.chat.completions.create.bind(mine.chat.completions);
      /** @type {unknown[]} */
      const seen = [];
      Object.assign(mine.chat.completions, {
        /** @param {[never]} args */
        create: (...args) => {
          seen.push('replaced');
          return original(...args);
        },
      });
      return { answer: await mine.chat.completions.create(PARAMS), seen };
    },
  },
];
