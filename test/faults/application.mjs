/** An application that makes calls of several kinds, and what it sees of them. */

/** @typedef {import('openai').OpenAI} OpenAI */

const HELLO = {
  model: 'gpt-4o-mini',
  messages: [{ role: /** @type {const} */ ('user'), content: 'Say hello to Ada' }],
};
const STREAMING = { ...HELLO, stream: /** @type {const} */ (true) };

/** @type {Record<string, (client: OpenAI) => Promise<unknown>>} */
const CALLS = {
  answer: async ({ chat }) => (await chat.completions.create(HELLO)).choices[0]?.message.content,
  stream: async ({ chat }) => said(await chat.completions.create(STREAMING)),
  left: async ({ chat }) => {
    for await (const chunk of await chat.completions.create(STREAMING)) return chunk.choices[0]?.delta;
  },
  tee: async ({ chat }) => {
    const [one, other] = (await chat.completions.create(STREAMING)).tee();
    return Promise.all([said(one), said(other)]);
  },
  raw: async ({ chat }) => (await chat.completions.create(HELLO).asResponse()).status,
  response: async ({ responses }) => (await responses.create({ model: 'gpt-5', input: 'Hello' })).output_text,
  failure: ({ embeddings }) => embeddings.create({ model: 'text-embedding-3-small', input: '' }),
};

/** How many calls one use of the application makes. */
export const CALL_COUNT = Object.keys(CALLS).length;

/**
 * @param {OpenAI} client
 * @returns {Promise<Record<string, string>>} what each call came to
 */
export async function use(client) {
  const outcomes = Object.entries(CALLS).map(async ([name, call]) => [name, await outcome(() => call(client))]);
  return Object.fromEntries(await Promise.all(outcomes));
}

/** @param {AsyncIterable<{ choices: { delta: { content?: string | null | undefined } }[] }>} stream */
async function said(stream) {
  let all = '';
  for await (const { choices } of stream) all += choices[0]?.delta.content ?? '';
  return all;
}

/** @param {() => Promise<unknown>} work */
async function outcome(work) {
  try {
    return JSON.stringify(await work());
  } catch (error) {
    return `${/** @type {object} */ (error).constructor.name}: ${error}`;
  }
}
