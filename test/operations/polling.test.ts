import { type SpanContext, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { collectGarbage } from '../support/garbage.js';
import { Recorder } from '../support/recorder.js';
import { majors, sdk } from '../support/sdk.js';

/** Never to be seen in telemetry unless content is captured. */
const SECRET = 'secret-words';

const recorder = new Recorder();

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;

beforeAll(async () => {
  api = await startFakeOpenAI();
});
beforeEach(() => {
  api.reset();
  // SDK v4 to v6 print the errors of uploads.
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterAll(() => api.close());

interface Helper {
  /** Without the options, which come last. */
  args(major: number, file: File): unknown[];
  span: string;
  /** The traced methods that it calls. */
  inside?: string[];
  attributes: Record<string, unknown>;
}

const RUN = { assistant_id: 'asst_1', instructions: SECRET };
const outputs = { tool_outputs: [{ tool_call_id: 'call_fake0', output: SECRET }] };

const run = {
  'gen_ai.operation.name': 'poll_run',
  'gen_ai.response.status': 'completed',
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.response.model': 'gpt-4o-2024-08-06',
  'gen_ai.usage.input_tokens': 30,
  'gen_ai.usage.output_tokens': 7,
};
const storeFile = {
  'gen_ai.operation.name': 'poll_vector_store_file',
  'gen_ai.data_source.id': 'vs_1',
  'gen_ai.response.status': 'completed',
};
const batch = {
  'gen_ai.operation.name': 'poll_vector_store_file_batch',
  'gen_ai.data_source.id': 'vs_1',
  'gen_ai.response.status': 'completed',
  'llm.file_batch.files.total': 2,
  'llm.file_batch.files.completed': 1,
  'llm.file_batch.files.failed': 1,
};

/** The arguments of a method of an existing run: two ids in v4, one and an object since. */
const ofRun = (major: number, id: string, params?: object): unknown[] =>
  major === 4 ? ['thread_1', id, ...(params ? [params] : [])] : [id, { thread_id: 'thread_1', ...params }];

const helpers: Record<string, Helper> = {
  'beta.threads.createAndRunPoll': {
    args: () => [RUN],
    span: 'poll_run',
    inside: ['invoke_agent'],
    attributes: {
      ...run,
      'gen_ai.agent.id': 'asst_fake',
      'gen_ai.conversation.id': 'thread_fake0001',
      'gen_ai.response.id': 'run_fake0001',
    },
  },
  'beta.threads.runs.createAndPoll': {
    args: () => ['thread_1', RUN],
    span: 'poll_run',
    inside: ['invoke_agent'],
    attributes: {
      ...run,
      'gen_ai.agent.id': 'asst_fake',
      'gen_ai.conversation.id': 'thread_1',
      'gen_ai.response.id': 'run_fake0001',
    },
  },
  'beta.threads.runs.submitToolOutputsAndPoll': {
    args: (major) => ofRun(major, `run_${major}_submit`, outputs),
    span: 'poll_run',
    inside: ['invoke_agent'],
    attributes: { ...run, 'gen_ai.conversation.id': 'thread_1', 'gen_ai.agent.id': 'asst_fake' },
  },
  'beta.threads.runs.poll': {
    args: (major) => ofRun(major, `run_${major}_poll`),
    span: 'poll_run',
    attributes: { ...run, 'gen_ai.conversation.id': 'thread_1', 'gen_ai.agent.id': 'asst_fake' },
  },
  'vectorStores.files.createAndPoll': {
    args: () => ['vs_1', { file_id: 'file-1' }],
    span: 'poll_vector_store_file',
    attributes: { ...storeFile, 'llm.file.id': 'file-1' },
  },
  'vectorStores.files.uploadAndPoll': {
    args: (_, file) => ['vs_1', file],
    span: 'poll_vector_store_file',
    attributes: { ...storeFile, 'llm.file.id': 'file-fake0001' },
  },
  'vectorStores.files.poll': {
    args: () => ['vs_1', 'file-1'],
    span: 'poll_vector_store_file',
    attributes: { ...storeFile, 'llm.file.id': 'file-1' },
  },
  'vectorStores.fileBatches.createAndPoll': {
    args: () => ['vs_1', { file_ids: ['file-1', 'file-2'] }],
    span: 'poll_vector_store_file_batch',
    attributes: { ...batch, 'llm.file_batch.id': 'vsfb_fake0001' },
  },
  'vectorStores.fileBatches.uploadAndPoll': {
    args: (_, file) => ['vs_1', { files: [file, file] }],
    span: 'poll_vector_store_file_batch',
    attributes: { ...batch, 'llm.file_batch.id': 'vsfb_fake0003' },
  },
  'vectorStores.fileBatches.poll': {
    args: () => ['vs_1', 'vsfb_1'],
    span: 'poll_vector_store_file_batch',
    attributes: { ...batch, 'llm.file_batch.id': 'vsfb_1' },
  },
  'files.waitForProcessing': {
    args: () => ['file-1', { pollInterval: 1 }],
    span: 'poll_file',
    attributes: {
      'gen_ai.operation.name': 'poll_file',
      'gen_ai.response.status': 'processed',
      'llm.file.id': 'file-1',
    },
  },
};

/** The usage is counted once, so the ids that repeat have it once. */
const USAGE = ['gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens'];

type Method = (...args: unknown[]) => Promise<unknown>;

function call(client: object, path: string, args: unknown[]): Promise<unknown> {
  const names = path.split('.');
  const name = names.pop() ?? '';
  const resource = names.reduce((at, key) => Reflect.get(at, key), client);
  return Reflect.apply(Reflect.get(resource, name) as Method, resource, args);
}

describe.each(majors)('polling with SDK v%i', (major) => {
  const { OpenAI, toFile } = sdk(major);
  let file: File;

  beforeAll(async () => {
    recorder.instrumentation.manuallyInstrument(OpenAI);
    file = (await toFile(Buffer.from(SECRET), 'file.txt')) as File;
  });

  const client = (scenario?: string, options?: object) =>
    new OpenAI({
      apiKey: 'sk-test',
      baseURL: scenario ? api.scenario(scenario) : api.url,
      maxRetries: 0,
      ...options,
    });
  const poll = (client: object, id: string, options?: object) =>
    call(client, 'beta.threads.runs.poll', [...ofRun(major, id), options]);

  describe.each(Object.entries(helpers))('%s', (path, { args, span: name, inside = [], attributes }) => {
    it('has one span around the wait, and the calls inside nested as they are', async () => {
      let outer: SpanContext | undefined;
      await trace.getTracer('test').startActiveSpan('application', async (span) => {
        outer = span.spanContext();
        await call(client(), path, args(major, file));
        expect(trace.getActiveSpan()?.spanContext()).toEqual(outer);
        span.end();
      });
      const spans = recorder.take().filter((span) => span.name !== 'application');
      const span = spans.at(-1);
      expect(spans.slice(0, -1).map((one) => one.name)).toEqual(inside);
      for (const one of spans.slice(0, -1)) expect(one.parentSpanContext?.spanId).toBe(span?.spanContext().spanId);
      expect(span?.parentSpanContext?.spanId).toBe(outer?.spanId);
      expect(span?.name).toBe(name);
      expect(span?.kind).toBe(SpanKind.CLIENT);
      expect(span?.status).toEqual({ code: SpanStatusCode.UNSET });
      const {
        'gen_ai.provider.name': provider,
        'server.address': address,
        'server.port': port,
        ...own
      } = span?.attributes ?? {};
      expect([provider, address, port]).toEqual(['openai', '127.0.0.1', Number(new URL(api.url).port)]);
      const known = path.endsWith('ToolOutputsAndPoll') || path.endsWith('runs.poll');
      const id = known ? { 'gen_ai.response.id': args(major, file).find((arg) => String(arg).startsWith('run_')) } : {};
      const expected = { ...attributes, ...id, 'llm.poll.count': 3 };
      for (const key of USAGE) if (!(key in own)) Reflect.deleteProperty(expected, key);
      expect(own).toEqual(expected);
      expect(api.requests.filter(({ method }) => method === 'GET')).toHaveLength(3);
      expect(JSON.stringify(spans.map(({ attributes, events }) => [attributes, events]))).not.toContain(SECRET);
    });

    it('returns a promise like the one of the SDK', async () => {
      const promise = call(client(), path, args(major, file));
      expect(Object.getPrototypeOf(promise)).toBe(Promise.prototype);
      expect(Reflect.ownKeys(promise).filter((key) => typeof key === 'string')).toEqual([]);
      await promise;
      recorder.take();
    });

    it('fails with the error of a poll', async () => {
      const error = await call(client('poll-status-429'), path, args(major, file)).then(
        () => expect.fail('did not fail'),
        Object,
      );
      expect(error).toHaveProperty('status', 429);
      const span = recorder.take().at(-1);
      expect(span?.name).toBe(name);
      expect(span?.status.code).toBe(SpanStatusCode.ERROR);
      expect(span?.attributes).toMatchObject({
        'error.type': 'RateLimitError',
        'llm.error.code': 'rate_limit_exceeded',
        'llm.poll.count': 2,
      });
    });

    // Uploads of several files fail together, with an `Error` of the helper.
    const uploadsSeveral = path === 'vectorStores.fileBatches.uploadAndPoll';

    it('fails with the error of the first request', async () => {
      await expect(call(client('status-404'), path, args(major, file))).rejects.toThrow();
      const spans = recorder.take();
      expect(spans.map((span) => span.name)).toEqual([...inside, name]);
      const type = uploadsSeveral ? 'Error' : 'NotFoundError';
      for (const span of spans) expect(span.attributes).toMatchObject({ 'error.type': type });
    });

    // `waitForProcessing` takes no signal.
    it.skipIf(path === 'files.waitForProcessing')('ends when its request is aborted', async () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 20);
      const options = { signal: controller.signal, pollIntervalMs: 5 };
      const pending = call(client('delay-300'), path, [...args(major, file), options]);
      const error = await pending.then(() => expect.fail('did not fail'), Object);
      const type = uploadsSeveral ? 'Error' : 'APIUserAbortError';
      expect(error.constructor.name).toBe(type);
      expect(recorder.take().at(-1)?.attributes).toMatchObject({ 'error.type': type });
    });

    it('does not quote a body that is no JSON', async () => {
      await call(client('not-json'), path, args(major, file)).then(() => expect.fail('did not fail'), Object);
      const spans = recorder.take();
      expect(spans.at(-1)?.status).toEqual({ code: SpanStatusCode.ERROR });
      expect(JSON.stringify(spans.map(({ status, events }) => [status, events]))).not.toContain('chatcmpl-');
    });
  });

  it.each([
    ['expired', SpanStatusCode.UNSET, ['error']],
    ['failed', SpanStatusCode.ERROR, ['error']],
    ['requires_action', SpanStatusCode.UNSET, ['tool_calls']],
  ])('a run that ends as %s', async (status, code, reasons) => {
    const result = await call(client(), 'beta.threads.runs.createAndPoll', ['t', { assistant_id: `asst_${status}` }]);
    expect(result).toHaveProperty('status', status);
    const span = recorder.take().at(-1);
    expect(span?.status.code).toBe(code);
    expect(span?.attributes).toMatchObject({
      'gen_ai.response.status': status,
      'gen_ai.response.finish_reasons': reasons,
      'llm.poll.count': 3,
    });
    expect(span?.events.filter(({ name }) => name === 'llm.choice')).toHaveLength(1);
    if (status !== 'failed') return;
    expect(span?.status.message).toBe('You exceeded your current quota.');
    expect(span?.attributes).toMatchObject({ 'error.type': 'rate_limit_exceeded' });
  });

  it('files that failed are failed calls', async () => {
    await call(client(), 'vectorStores.files.poll', ['vs_1', 'file-failing']);
    await call(client(), 'vectorStores.fileBatches.poll', ['vs_1', 'vsfb_failing']);
    await call(client(), 'files.waitForProcessing', ['file-failing', { pollInterval: 1 }]);
    const spans = recorder.take();
    expect(spans.map(({ status }) => status.message)).toEqual(['The file is empty.', undefined, undefined]);
    expect(spans.map(({ attributes }) => attributes['error.type'])).toEqual(['invalid_file', '_OTHER', '_OTHER']);
  });

  it('the usage of a run is counted once', async () => {
    const id = `run_${major}_once`;
    await poll(client(), id);
    await poll(client(), id);
    const [first, second] = recorder.take().map(({ attributes }) => attributes);
    expect(first).toMatchObject({ 'gen_ai.usage.input_tokens': 30, 'gen_ai.usage.output_tokens': 7 });
    expect(second).toMatchObject({ 'gen_ai.response.id': id, 'gen_ai.response.status': 'completed' });
    expect(second).not.toHaveProperty('gen_ai.usage.input_tokens');
  });

  it('retries of its polls are counted, and are no polls', async () => {
    await poll(client('status-500-times-1', { maxRetries: 1 }), 'run_1');
    const { attributes, status } = recorder.takeOne();
    expect(status.code).toBe(SpanStatusCode.UNSET);
    expect(attributes).toMatchObject({ 'llm.poll.count': 3, 'http.request.resend_count': 3 });
  });

  it('several at once are counted apart', async () => {
    const counts = await Promise.all(['run_a', 'run_b', 'run_c'].map((id) => poll(client(), id)));
    expect(counts).toHaveLength(3);
    expect(recorder.take().map(({ attributes }) => attributes['llm.poll.count'])).toEqual([3, 3, 3]);
  });

  it('one that is not wanted has no span, and those inside it are asked about', async () => {
    const asked: string[] = [];
    recorder.instrumentation.setConfig({
      ignoreRequestHook: ({ operation }) => asked.push(operation) > 0 && operation === 'poll_run',
    });
    await call(client(), 'beta.threads.runs.createAndPoll', ['thread_1', RUN]);
    recorder.instrumentation.setConfig({});
    expect(recorder.takeOne().name).toBe('invoke_agent');
    expect(asked).toEqual(['poll_run', 'invoke_agent', 'poll_run']);
  });

  it('its span ends when the instrumentation is disabled, and the wait goes on', async () => {
    const pending = poll(client('delay-30'), 'run_1');
    recorder.instrumentation.disable();
    const { attributes } = recorder.takeOne();
    expect(attributes).toMatchObject({ 'llm.abandoned': true });
    recorder.instrumentation.enable();
    await expect(pending).resolves.toHaveProperty('status', 'completed');
    expect(recorder.take()).toEqual([]);
  });

  it('its span ends when its promise is garbage-collected', async () => {
    // A request that can never be answered, because nothing holds it.
    const fetch = () => new Promise(() => {});
    (() => void poll(client(undefined, { fetch }), 'run_1'))();
    for (let round = 0; round < 20 && recorder.open > 0; round++) {
      collectGarbage();
      await new Promise(setImmediate);
    }
    expect(recorder.takeOne().attributes).toMatchObject({ 'llm.abandoned': true, 'llm.poll.count': 1 });
  });
});
