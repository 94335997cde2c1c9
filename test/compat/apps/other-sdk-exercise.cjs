/** Where the paths of each SDK start. */
const PREFIXES = { 'groq-sdk': '', '@cerebras/cerebras_cloud_sdk': '' };

/**
 * Uses the SDK of another provider in the ways that a call can end, and prints what the application sees.
 *
 * @param {any} Client the SDK's client class
 */
exports.exercise = async function exercise(Client) {
  const sdk = String(process.env.OTHER_SDK);
  const clientOf = (/** @type {string} */ scenario) => {
    const baseURL = `${process.env.FAKE_ORIGIN}${scenario}${PREFIXES[sdk] ?? '/v1'}`;
    // Cerebras' client sends a request by itself when it is created.
    return new Client({ apiKey: 'pretend', baseURL, warmTCPConnection: false });
  };
  const client = clientOf('');
  const create = (/** @type {object} */ params, /** @type {object} */ options, using = client) =>
    using.chat.completions.create(
      { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Where is the Eiffel Tower?' }], ...params },
      options,
    );

  const promise = create();
  print('promise', promise.constructor.name, Object.keys(promise));
  print('whole', await promise);

  const { data, response } = await create().withResponse();
  print('with response', response.status, data);

  const raw = await create().asResponse();
  print('raw', raw.status, await raw.text());

  const stream = await create({ stream: true });
  print('stream', stream.constructor.name, Object.keys(stream));
  for await (const chunk of stream) print('chunk', chunk);

  for await (const chunk of await create({ stream: true })) {
    print('left after', chunk);
    break;
  }

  // The second chunk is not yet there when the call is aborted.
  const slow = clientOf('/chunk-delay-50');
  const aborted = new AbortController();
  await print.outcome('aborted', async () => {
    for await (const chunk of await create({ stream: true }, { signal: aborted.signal }, slow)) {
      print('aborted after', chunk);
      aborted.abort();
    }
  });

  const early = new AbortController();
  await print.outcome('aborted at once', () => {
    const pending = create({}, { signal: early.signal });
    early.abort();
    return pending;
  });

  await print.outcome('overloaded', () => create({ model: 'gpt-overloaded' }, { maxRetries: 1 }));
  await print.outcome('flaky', () => create({ model: 'gpt-flaky' }));
  await print.outcome('overloaded stream', () => create({ model: 'gpt-overloaded', stream: true }, { maxRetries: 0 }));
};

/** @param {unknown[]} values */
function print(...values) {
  console.log(...values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))));
}

/**
 * @param {string} label
 * @param {() => Promise<unknown>} work
 */
print.outcome = async (label, work) => {
  try {
    print(label, 'resolved', (await work()) ?? null);
  } catch (error) {
    const { name, status, message, headers: _, ...rest } = /** @type {any} */ (error);
    print(label, 'rejected', Object(error).constructor.name, name, status ?? '', message, rest);
  }
};
