/** Ways for a process to end after a model call; ENDING names one. */
import { Worker } from 'node:worker_threads';
import OpenAI from 'openai';

const openai = new OpenAI();
const ask = () => openai.embeddings.create({ model: 'text-embedding-3-small', input: 'Hello' });

const unread = () =>
  openai.chat.completions.create({
    model: 'gpt-4.1-mini',
    stream: true,
    messages: [{ role: 'user', content: 'Hello' }],
  });

/** Tells the test that the call is over, and keeps the process alive. */
const wait = () => {
  setTimeout(() => {}, 30_000);
  process.stdout.write('ready\n');
};

/** @type {Record<string, () => unknown>} */
const endings = {
  natural: () => {},
  'exit code': () => {
    process.exitCode = 3;
  },
  'rejected top-level await': () => Promise.reject(new Error('rejected')),
  'rejected top-level await, with a handler for rejections': () => {
    process.on('unhandledRejection', ({ message }) => console.log('handled', message));
    return Promise.reject(new Error('rejected'));
  },
  'unsettled top-level await': () => new Promise(() => {}),
  'uncaught error': () => setTimeout(() => raise(new Error('uncaught'))),
  'unhandled rejection': () => void Promise.reject(new Error('unhandled')),
  'uncaught, handled by the application': () => {
    process.on('uncaughtException', ({ message }) => console.log('handled', message));
    setTimeout(() => raise(new Error('uncaught')));
  },
  'error in an exit listener': () => {
    process.on('exit', () => raise(new Error('late')));
  },
  'two rejections': () => {
    void Promise.reject(new Error('first'));
    void Promise.reject(new Error('second'));
  },
  'an error that is monitored': () => {
    process.on('uncaughtExceptionMonitor', ({ message }) => console.log('monitored', message));
    void Promise.reject(new Error('unhandled'));
  },
  'process.exit() after an error': () => {
    setTimeout(() => raise(new Error('uncaught')));
    setTimeout(() => process.exit(0), 500);
  },
  'work in beforeExit': () => {
    process.once('beforeExit', () => setTimeout(() => console.log('saved'), 3_500));
  },
  'a stream that nobody reads': unread,
  'a stream that nobody reads, and a signal': async () => {
    await unread();
    wait();
  },
  'a session that is open, and a signal': async () => {
    const { ResponsesWS } = await import('openai/resources/responses/ws');
    const ws = new ResponsesWS(new OpenAI({ baseURL: process.env.SOCKETS_URL }));
    const begun = new Promise((resolve) => ws.on('response.created', resolve));
    ws.sendRaw(JSON.stringify({ type: 'fake.hold', after: 1 }));
    ws.send({ type: 'response.create', model: 'gpt-4.1', input: 'Hello' });
    await begun;
    wait();
  },
  signal: wait,
  'signal, handled by the application': () => {
    const timer = setInterval(() => {}, 1000);
    process.once('SIGTERM', (signal) => {
      console.log('handled', signal);
      clearInterval(timer);
    });
    process.stdout.write('ready\n');
  },
  'signal, handled by a library that counts listeners': () => {
    // As the package signal-exit does, which many command line tools contain.
    const listener = () => {
      if (process.listeners('SIGTERM').length !== 1) return;
      process.off('SIGTERM', listener);
      process.kill(process.pid, 'SIGTERM');
    };
    process.on('SIGTERM', listener);
    wait();
  },
  worker: () => startWorker('natural'),
  'error in a worker': () => startWorker('uncaught error'),
};

/** @param {string} ending */
function startWorker(ending) {
  const worker = new Worker(new URL(import.meta.url), { env: { ...process.env, ENDING: ending } });
  worker.on('error', ({ message }) => console.log('worker failed', message));
  worker.on('exit', (code) => console.log('worker exit', code));
}

/** @param {unknown} error */
function raise(error) {
  throw error;
}

await ask();
await endings[process.env.ENDING ?? '']?.();
