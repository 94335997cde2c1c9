/** Runs one situation of a process, and prints as JSON what the application saw. */

const cluster = require('node:cluster');
const { once } = require('node:events');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const TELEMETRY = './telemetry.cjs';
const { API_URL = '', BARE } = process.env;

/** @param {string} [scenario] */
function newClient(scenario) {
  const { OpenAI } = require('openai');
  const baseURL = scenario ? API_URL.replace(/\/v1$/, `/${scenario}/v1`) : API_URL;
  return new OpenAI({ apiKey: 'sk-test', baseURL, maxRetries: 0 });
}

/** @param {import('openai').OpenAI} [client] */
async function useIt(client = newClient()) {
  const { use } = await import('../application.mjs');
  return use(client);
}

const shutdown = () => (BARE ? undefined : require(TELEMETRY).sdk.shutdown());

async function openStream() {
  const stream = await newClient('stall-after-2').chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Hello' }],
    stream: true,
  });
  const chunks = stream[Symbol.asyncIterator]();
  await chunks.next();
  return { stream, chunks };
}

/** Goes on with a stream after what happened to telemetry: to its abort, and with other calls. */
async function goOn({ stream, chunks }) {
  const second = await chunks.next();
  const third = chunks.next();
  setTimeout(() => stream.controller.abort(), 20);
  return { second: second.done, third: (await third).done, others: await useIt() };
}

const SITUATIONS = {
  plain: async () => useIt(),
  twins: async () => useIt(),

  async 'client before telemetry'() {
    const client = newClient();
    if (!BARE) require(TELEMETRY);
    return useIt(client);
  },

  async 'clock that goes backwards'() {
    const client = newClient();
    let now = Date.now();
    const earlier = () => {
      now -= 1000;
      return now;
    };
    Date.now = earlier;
    performance.now = () => earlier() / 1e6;
    return useIt(client);
  },

  async shutdown() {
    const open = await openStream();
    await shutdown();
    return goOn(open);
  },

  async 'disable, then shutdown'() {
    const open = await openStream();
    if (!BARE) require(TELEMETRY).instrumentations[0].disable();
    await shutdown();
    return goOn(open);
  },

  async exit() {
    await openStream();
    process.stdout.write('"left"', () => process.exit());
    await new Promise(() => {});
  },

  async 'worker thread'() {
    const worker = new Worker(__filename, { workerData: 'plain' });
    // Both from the start: on a busy machine it is gone when its message is read.
    const [[inside]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
    return { inside, here: await useIt() };
  },

  async cluster() {
    const worker = cluster.fork({ SITUATION: 'plain' });
    // Both from the start: on a busy machine it is gone when its message is read.
    const [[inside]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
    return { inside, here: await useIt() };
  },
};

async function main() {
  const name = workerData ?? process.env.SITUATION;
  const seen = await SITUATIONS[name]();
  await shutdown();
  if (!isMainThread) parentPort.postMessage(seen);
  else if (cluster.isWorker) process.send(seen, () => process.disconnect());
  else process.stdout.write(JSON.stringify(seen));
}

main();
