/** What promises, streams and methods look like when they are listed, printed or compared. */

import { inspect } from 'node:util';
import { outcome, PARAMS, read, STREAMING } from '../case.mjs';

/** @param {object} value */
const print = (value) => ({
  value,
  json: JSON.stringify(value, (key, inner) => (key === 'client' || key === '_client' ? undefined : inner)),
  // Printing a stream prints its iterator. Only the SDK's own is a generator function.
  inspected: inspect(value, { depth: 0 }).replaceAll('[AsyncGeneratorFunction', '[Function'),
  spread: Object.keys({ ...value }),
  listed: listKeys(value),
});

/** @param {object} value */
function listKeys(value) {
  const keys = [];
  for (const key in value) keys.push(key);
  return keys;
}

/** @type {import('../case.mjs').Case[]} */
export const LOOKS = [
  {
    name: 'look of the promise',
    expect: { spans: 1 },
    async run({ client, sdk, major }) {
      const promise = client().chat.completions.create(PARAMS);
      const before = print(promise);
      await promise;
      const { APIPromise } = sdk;
      return { before, after: print(promise), isAPIPromise: major > 4 && promise instanceof APIPromise };
    },
  },
  {
    name: 'look of the stream',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run({ client }) {
      const promise = client('stream-chunks-6').chat.completions.create(STREAMING);
      const stream = await promise;
      const before = print(stream);
      await read(stream);
      return { promise: print(promise), before, after: print(stream) };
    },
  },
  {
    name: 'look of the iterator',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run({ client }) {
      const iterator = (await client('stream-chunks-6').chat.completions.create(STREAMING))[Symbol.asyncIterator]();
      const enumerable = Object.keys(iterator);
      await read({ [Symbol.asyncIterator]: () => iterator });
      return { enumerable, tag: String(iterator), inspected: inspect(iterator) };
    },
  },
  {
    name: 'look of the methods',
    expect: { spans: 0 },
    run({ client, sdk }) {
      const { prototype } = sdk.OpenAI.Chat.Completions;
      const descriptor = Object.getOwnPropertyDescriptor(prototype, 'create');
      return {
        create: `${prototype.create.name}/${prototype.create.length}`,
        flags: [descriptor?.enumerable, descriptor?.writable, descriptor?.configurable],
        names: Object.getOwnPropertyNames(prototype),
        keys: Object.keys(prototype),
        own: Object.keys(client().chat.completions).filter((key) => key !== '_client'),
        exported: Object.keys(sdk),
        isClass: String(sdk.OpenAI).startsWith('class'),
      };
    },
  },
  {
    name: 'look of an error, up to its stack',
    expect: { spans: 1, status: 'ERROR', errorType: 'BadRequestError' },
    async run({ client }) {
      const { thrown } = await outcome(() => client('status-400').chat.completions.create(PARAMS));
      const first = thrown instanceof Error ? thrown.stack?.split('\n')[0] : undefined;
      return { thrown, first, json: JSON.stringify(thrown) };
    },
  },
  {
    name: 'the answer belongs to the application',
    expect: { spans: 1 },
    async run({ client }) {
      const answer = await client().chat.completions.create(PARAMS);
      const state = [Object.isExtensible(answer), Object.isFrozen(answer.choices)];
      answer.choices.length = 0;
      return { state, answer, descriptors: Object.getOwnPropertyDescriptors(answer) };
    },
  },
];
