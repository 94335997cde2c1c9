import { context, createContextKey, trace } from '@opentelemetry/api';
import type { OpenAI } from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { Recorder } from '../support/recorder.js';
import { majors, sdk } from '../support/sdk.js';

/** The promise of a page: v7 has methods of its own on it that pass `parse` by. */
const recorder = new Recorder();

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;

beforeAll(async () => {
  api = await startFakeOpenAI();
});
afterAll(() => api.close());

type Page = ReturnType<OpenAI['vectorStores']['search']>;

/** Ways to use it, and what the application sees of each. */
const uses: Record<string, (page: Page) => Promise<unknown>> = {
  await: async (page) => {
    const first = await page;
    const second = await page;
    return [first.constructor.name, first.data, first === second];
  },
  'for await': async (page) => {
    const ids = [];
    for await (const { file_id } of page) ids.push(file_id);
    return ids;
  },
  'then with both handlers': (page) =>
    page.then(
      ({ data }) => data.length,
      (error) => error.status,
    ),
  catch: async (page) => {
    const settled = await page.catch((error) => error.status);
    return settled.data?.length ?? settled;
  },
  finally: async (page) => {
    let called = 0;
    const settled = await page
      .finally(() => {
        called++;
      })
      .then(
        ({ data }) => data.length,
        (error) => error.status,
      );
    return [called, settled];
  },
  'withResponse, then await': async (page) => {
    const { data, response, request_id } = await page.withResponse();
    return [data.data.length, response.status, request_id === null, (await page) === data];
  },
  asResponse: async (page) => {
    const response = await page.asResponse();
    return [response.status, response.bodyUsed, await response.text()];
  },
  'asResponse, then await': async (page) => {
    const response = await page.asResponse();
    return [response.status, (await page).data.length];
  },
  _thenUnwrap: async (page) =>
    (
      page as unknown as { _thenUnwrap(transform: (page: { data: unknown[] }) => object): Promise<unknown> }
    )._thenUnwrap(({ data }) => ({ length: data.length })),
  'Promise.all': async (page) => (await Promise.all([page, page])).map(({ data }) => data.length),
  'the context of callbacks': (page) =>
    context.with(context.active().setValue(KEY, 'mine'), () =>
      page.then(
        () => [context.active().getValue(KEY), trace.getActiveSpan()],
        () => [context.active().getValue(KEY), trace.getActiveSpan()],
      ),
    ),
};

const KEY = createContextKey('of the application');

describe.each(majors)('SDK v%i', (major) => {
  const { OpenAI } = sdk(major);
  const search = (scenario?: string) =>
    new OpenAI({
      apiKey: 'sk-test',
      baseURL: scenario ? api.scenario(scenario) : api.url,
      maxRetries: 0,
    }).vectorStores.search('vs_1', { query: 'What?', max_num_results: 2 });

  beforeAll(() => recorder.instrumentation.manuallyInstrument(OpenAI));
  beforeEach(() => {
    recorder.instrumentation.disable();
    api.reset();
  });
  afterEach(() => recorder.instrumentation.enable());

  /** The same twice, with and without tracing. */
  async function compare(see: () => Promise<unknown>) {
    const outcome = () =>
      see().then(
        (value) => ({ value }),
        (error) => ({ error: `${error.constructor.name}: ${error.message}` }),
      );
    const bare = await outcome();
    expect(recorder.take()).toEqual([]);
    recorder.instrumentation.enable();
    api.reset();
    expect(await outcome()).toEqual(bare);
    return recorder.takeOne();
  }

  describe.each(Object.entries(uses))('%s', (name, use) => {
    it('is as without tracing, and one span ends', async () => {
      const { attributes, status } = await compare(() => use(search()));
      expect(status).toEqual({ code: 0 });
      expect(attributes).toMatchObject({ 'gen_ai.retrieval.top_k': 2, 'http.response.status_code': 200 });
    });

    it('fails as without tracing, and one span ends with the error', async () => {
      const { attributes } = await compare(() => use(search('status-400')));
      expect(attributes).toMatchObject({ 'error.type': 'BadRequestError', 'http.response.status_code': 400 });
    });

    it('bears a body that makes no sense', async () => {
      const { status } = await compare(() => use(search('null-body')));
      // With the headers alone, the call had been a success.
      expect(status.code).toBe(name.startsWith('asResponse') ? 0 : 2);
    });
  });

  it('looks the same', async () => {
    const look = (page: Page) =>
      Object.entries(Object.getOwnPropertyDescriptors(page))
        .filter(([, { enumerable }]) => enumerable)
        .map(([name, { value, ...flags }]) => ({ name, flags, type: typeof value, length: value.length }));
    const consumers = (page: Page) => [page.then, page.catch, page.finally, page.withResponse].map(({ name }) => name);
    await compare(async () => {
      const page = search();
      const seen = [look(page), consumers(page), page.constructor.name, String(page), page instanceof Promise];
      await page;
      return seen;
    });
  });

  it('leaves a failure that nobody handles unhandled', async () => {
    const seen: unknown[] = [];
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', (error) => seen.push(error));
    try {
      recorder.instrumentation.enable();
      search('status-400').then(() => {});
      await expect.poll(() => seen.length).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(seen).toHaveLength(1);
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
    expect(recorder.takeOne().attributes).toMatchObject({ 'error.type': 'BadRequestError' });
  });

  it('ends when it is aborted', async () => {
    recorder.instrumentation.enable();
    const controller = new AbortController();
    const client = new OpenAI({ apiKey: 'sk-test', baseURL: api.scenario('delay-5000'), maxRetries: 0 });
    const page = client.vectorStores.search('vs_1', { query: 'What?' }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(page).rejects.toThrow();
    expect(recorder.takeOne().attributes).toMatchObject({ 'error.type': 'APIUserAbortError' });
  });
});
