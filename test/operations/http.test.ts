import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { OpenAI } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { Recorder } from '../support/recorder.js';
import { majors, type Sdk, sdk } from '../support/sdk.js';

/** Never to be seen in telemetry unless content is captured. */
const SECRET = 'secret-words';

const recorder = new Recorder();

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;

beforeAll(async () => {
  api = await startFakeOpenAI();
});
beforeEach(() => api.reset());
afterAll(() => api.close());

interface Options {
  signal?: AbortSignal;
}

/** What tests use of an `APIPromise`, whatever it resolves to. */
interface Pending extends Promise<unknown> {
  asResponse(): Promise<unknown>;
  withResponse(): Promise<{ data: unknown; response: { status: number } }>;
}

interface Case {
  call(client: OpenAI, options: Options, major: number, file: File): Pending;
  span: string;
  attributes: Record<string, unknown>;
  /** `llm.choice` events: how many. */
  choices?: number;
  /** The majors that have it. */
  from?: number;
}

type SdkStream = AsyncIterable<unknown>;

interface Stream {
  call(client: OpenAI, options: Options, file: File): Promise<SdkStream>;
  /** Within `gen_ai.output.messages`, when captured. */
  said: string;
  /** Known only if the stream is inspected. */
  attributes: Record<string, unknown>;
  from?: number;
}

const tool = { type: 'function' as const, function: { name: 'get_weather', description: SECRET } };

interface Agents {
  sessions: {
    create(params: unknown, options: Options): Pending;
  };
  automations: { invocations: { create(id: string, options: Options): Pending } };
}

/** SDK v7 only. */
const agentsOf = (client: OpenAI) => Reflect.get(client.beta, 'agents') as Agents;

const SESSION = {
  environment: { type: 'none' },
  agent_id: 'agent_1',
  agent: {
    model: 'gpt-6',
    instructions: SECRET,
    reasoning: { effort: 'low' },
    service_tier: 'flex',
    tools: [{ type: 'function', ...tool.function }],
  },
  input: SECRET,
};

interface Decisions {
  decisions: { create(params: unknown, options: Options): Pending };
}

/** The tool outputs of a run: a third parameter in v4, a field of the second one since. */
function submit(client: OpenAI, major: number, extra: object, options: Options): Pending {
  const { runs } = client.beta.threads;
  const params = { tool_outputs: [{ tool_call_id: 'call_fake0', output: SECRET }], ...extra };
  const args = major === 4 ? ['thread_1', 'run_1', params] : ['run_1', { thread_id: 'thread_1', ...params }];
  return Reflect.apply(runs.submitToolOutputs, runs, [...args, options]);
}

const cases: Record<string, Case> = {
  'completions.create': {
    call: (client, options) =>
      client.completions.create(
        { model: 'gpt-3.5-turbo-instruct', prompt: [SECRET, 'b'], max_tokens: 3, stop: 'x', seed: 7, temperature: 0 },
        options,
      ),
    span: 'text_completion gpt-3.5-turbo-instruct',
    attributes: {
      'gen_ai.operation.name': 'text_completion',
      'gen_ai.request.model': 'gpt-3.5-turbo-instruct',
      'gen_ai.request.max_tokens': 3,
      'gen_ai.request.stop_sequences': ['x'],
      'gen_ai.request.seed': 7,
      'gen_ai.request.temperature': 0,
      'gen_ai.response.id': 'cmpl-fake0001',
      'gen_ai.response.model': 'gpt-3.5-turbo-instruct',
      'gen_ai.response.finish_reasons': ['length', 'length'],
      'gen_ai.usage.input_tokens': 3,
      'gen_ai.usage.output_tokens': 6,
      'openai.response.system_fingerprint': 'fp_fake000001',
    },
    choices: 2,
  },
  'embeddings.create': {
    call: (client, options) =>
      client.embeddings.create({ model: 'text-embedding-3-small', input: [SECRET, 'b c'], dimensions: 8 }, options),
    span: 'embeddings text-embedding-3-small',
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.request.model': 'text-embedding-3-small',
      'gen_ai.embeddings.dimension.count': 8,
      'gen_ai.response.model': 'text-embedding-3-small',
      'gen_ai.usage.input_tokens': 4,
    },
  },
  'embeddings.create, float': {
    call: (client, options) =>
      client.embeddings.create(
        { model: 'text-embedding-3-small', input: [1, 2, 3], encoding_format: 'float' },
        options,
      ),
    span: 'embeddings text-embedding-3-small',
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.request.model': 'text-embedding-3-small',
      'gen_ai.request.encoding_formats': ['float'],
      'gen_ai.response.model': 'text-embedding-3-small',
      'gen_ai.usage.input_tokens': 3,
    },
  },
  'client.post': {
    call: (client, options) =>
      client.post('/embeddings', { body: { model: 'text-embedding-3-small', input: [SECRET, 'b c'] }, ...options }),
    span: 'embeddings text-embedding-3-small',
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.request.model': 'text-embedding-3-small',
      'gen_ai.response.model': 'text-embedding-3-small',
      'gen_ai.usage.input_tokens': 4,
    },
  },
  'moderations.create': {
    call: (client, options) =>
      client.moderations.create({ model: 'omni-moderation-latest', input: `kill ${SECRET}` }, options),
    span: 'moderation omni-moderation-latest',
    attributes: {
      'gen_ai.operation.name': 'moderation',
      'gen_ai.request.model': 'omni-moderation-latest',
      'gen_ai.response.id': 'modr-fake0001',
      'gen_ai.response.model': 'omni-moderation-latest',
      'llm.moderation.flagged': true,
      'llm.moderation.categories': ['violence'],
    },
  },
  'moderations.create, no model': {
    call: (client, options) => client.moderations.create({ input: SECRET }, options),
    span: 'moderation',
    attributes: {
      'gen_ai.operation.name': 'moderation',
      'gen_ai.response.id': 'modr-fake0001',
      'gen_ai.response.model': 'omni-moderation-latest',
      'llm.moderation.flagged': false,
    },
  },
  'images.generate': {
    call: (client, options) =>
      client.images.generate({ model: 'gpt-image-1', prompt: `a ${SECRET}`, n: 2, size: '1024x1024' }, options),
    span: 'image_generation gpt-image-1',
    attributes: {
      'gen_ai.operation.name': 'image_generation',
      'gen_ai.request.model': 'gpt-image-1',
      'gen_ai.output.type': 'image',
      'gen_ai.request.choice.count': 2,
      'gen_ai.usage.input_tokens': 3,
      'gen_ai.usage.output_tokens': 544,
      'gen_ai.usage.text.input_tokens': 3,
      'gen_ai.usage.image.input_tokens': 0,
      'gen_ai.usage.text.output_tokens': 0,
      'gen_ai.usage.image.output_tokens': 544,
    },
    choices: 2,
  },
  'images.edit': {
    call: (client, options, _, file) =>
      client.images.edit({ model: 'gpt-image-1', image: file, prompt: SECRET }, options),
    span: 'image_generation gpt-image-1',
    attributes: {
      'gen_ai.operation.name': 'image_generation',
      'gen_ai.request.model': 'gpt-image-1',
      'gen_ai.output.type': 'image',
      'gen_ai.usage.input_tokens': 2,
      'gen_ai.usage.output_tokens': 272,
      'gen_ai.usage.text.input_tokens': 2,
      'gen_ai.usage.image.input_tokens': 0,
      'gen_ai.usage.text.output_tokens': 0,
      'gen_ai.usage.image.output_tokens': 272,
    },
    choices: 1,
  },
  'images.createVariation': {
    call: (client, options, _, file) => client.images.createVariation({ image: file }, options),
    span: 'image_generation',
    attributes: { 'gen_ai.operation.name': 'image_generation', 'gen_ai.output.type': 'image' },
    choices: 1,
  },
  'audio.speech.create': {
    call: (client, options) =>
      client.audio.speech.create({ model: 'gpt-4o-mini-tts', input: SECRET, voice: 'alloy' }, options) as Pending,
    span: 'text_to_speech gpt-4o-mini-tts',
    attributes: {
      'gen_ai.operation.name': 'text_to_speech',
      'gen_ai.request.model': 'gpt-4o-mini-tts',
      'gen_ai.output.type': 'speech',
    },
  },
  'audio.transcriptions.create': {
    call: (client, options, _, file) =>
      client.audio.transcriptions.create({ model: 'gpt-4o-transcribe', file, prompt: SECRET }, options),
    span: 'transcription gpt-4o-transcribe',
    attributes: {
      'gen_ai.operation.name': 'transcription',
      'gen_ai.request.model': 'gpt-4o-transcribe',
      'gen_ai.usage.input_tokens': 30,
      'gen_ai.usage.output_tokens': 9,
      'gen_ai.usage.text.input_tokens': 0,
      'gen_ai.usage.audio.input_tokens': 30,
    },
  },
  'audio.transcriptions.create, by duration': {
    call: (client, options, _, file) =>
      client.audio.transcriptions.create({ model: 'whisper-1', file, response_format: 'verbose_json' }, options),
    span: 'transcription whisper-1',
    attributes: {
      'gen_ai.operation.name': 'transcription',
      'gen_ai.request.model': 'whisper-1',
      'gen_ai.output.type': 'json',
      'llm.audio.duration': 3,
    },
  },
  'audio.transcriptions.create, text': {
    call: (client, options, _, file) =>
      client.audio.transcriptions.create(
        { model: 'whisper-1', file, response_format: 'text', temperature: 0.5 },
        options,
      ) as unknown as Pending,
    span: 'transcription whisper-1',
    attributes: {
      'gen_ai.operation.name': 'transcription',
      'gen_ai.request.model': 'whisper-1',
      'gen_ai.request.temperature': 0.5,
      'gen_ai.output.type': 'text',
    },
  },
  'audio.translations.create': {
    call: (client, options, _, file) => client.audio.translations.create({ model: 'whisper-1', file }, options),
    span: 'translation whisper-1',
    attributes: { 'gen_ai.operation.name': 'translation', 'gen_ai.request.model': 'whisper-1' },
  },
  'vectorStores.search': {
    call: (client, options) =>
      client.vectorStores.search('vs_1', { query: SECRET, max_num_results: 2 }, options) as unknown as Pending,
    span: 'retrieval vs_1',
    attributes: {
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.data_source.id': 'vs_1',
      'gen_ai.retrieval.top_k': 2,
    },
  },
  'beta.threads.createAndRun': {
    call: (client, options) =>
      client.beta.threads.createAndRun(
        { assistant_id: 'asst_1', model: 'gpt-4o', instructions: SECRET, tools: [tool], max_completion_tokens: 9 },
        options,
      ),
    span: 'invoke_agent',
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.id': 'asst_1',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.request.max_tokens': 9,
      'gen_ai.tool.definitions': '[{"type":"function","name":"get_weather"}]',
      'gen_ai.conversation.id': 'thread_fake0001',
      'gen_ai.response.id': 'run_fake0001',
      'gen_ai.response.model': 'gpt-4o',
      'gen_ai.response.status': 'queued',
    },
  },
  'beta.threads.runs.create': {
    call: (client, options) => client.beta.threads.runs.create('thread_1', { assistant_id: 'asst_1' }, options),
    span: 'invoke_agent',
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.id': 'asst_1',
      'gen_ai.conversation.id': 'thread_1',
      'gen_ai.response.id': 'run_fake0001',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.response.status': 'queued',
    },
  },
  'beta.threads.runs.submitToolOutputs': {
    call: (client, options, major) => submit(client, major, {}, options),
    span: 'invoke_agent',
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.id': 'asst_fake',
      'gen_ai.conversation.id': 'thread_1',
      'gen_ai.response.id': 'run_1',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.response.status': 'queued',
    },
  },
  'chat.completions.retrieve': {
    call: (client, options) => client.chat.completions.retrieve('chatcmpl_1', options),
    span: 'fetch_chat_completion',
    attributes: {
      'gen_ai.operation.name': 'fetch_chat_completion',
      'openai.api.type': 'chat_completions',
      'gen_ai.response.id': 'chatcmpl_1',
      'gen_ai.response.model': 'gpt-4.1-2025-04-14',
      'gen_ai.response.finish_reasons': ['stop'],
    },
    choices: 1,
  },
  'batches.create': {
    call: (client, options) =>
      client.batches.create(
        {
          input_file_id: 'file-1',
          endpoint: '/v1/chat/completions',
          completion_window: '24h',
          metadata: { a: SECRET },
        },
        options,
      ),
    span: 'create_batch',
    attributes: {
      'gen_ai.operation.name': 'create_batch',
      'llm.batch.endpoint': '/v1/chat/completions',
      'llm.batch.completion_window': '24h',
      'llm.batch.id': 'batch_fake0001',
      'gen_ai.response.status': 'validating',
      'gen_ai.response.model': 'gpt-4.1-2025-04-14',
      'llm.batch.requests.total': 3,
      'llm.batch.requests.completed': 0,
      'llm.batch.requests.failed': 0,
    },
  },
  'batches.cancel': {
    call: (client, options) => client.batches.cancel('batch_1', options),
    span: 'cancel_batch',
    attributes: {
      'gen_ai.operation.name': 'cancel_batch',
      'llm.batch.endpoint': '/v1/chat/completions',
      'llm.batch.id': 'batch_1',
      'gen_ai.response.status': 'cancelling',
      'gen_ai.response.model': 'gpt-4.1-2025-04-14',
      'llm.batch.requests.total': 3,
      'llm.batch.requests.completed': 0,
      'llm.batch.requests.failed': 0,
    },
  },
  'videos.create': {
    call: (client, options) => client.videos.create({ model: 'sora-2', prompt: SECRET }, options),
    span: 'video_generation sora-2',
    attributes: {
      'gen_ai.operation.name': 'video_generation',
      'gen_ai.request.model': 'sora-2',
      'gen_ai.response.id': 'video_fake0001',
      'gen_ai.response.model': 'sora-2',
      'gen_ai.response.status': 'queued',
    },
    from: 6,
  },
  'videos.remix': {
    call: (client, options) => client.videos.remix('video_1', { prompt: SECRET }, options),
    span: 'video_generation',
    attributes: {
      'gen_ai.operation.name': 'video_generation',
      'gen_ai.response.id': 'video_fake0001',
      'gen_ai.response.model': 'sora-2',
      'gen_ai.response.status': 'queued',
    },
    from: 6,
  },
  'fineTuning.alpha.graders.run': {
    call: (client, options) =>
      client.fineTuning.alpha.graders.run(
        { model_sample: SECRET, grader: { type: 'score_model', model: 'gpt-4.1', name: SECRET, input: [] } },
        options,
      ),
    span: 'run_grader gpt-4.1',
    attributes: {
      'gen_ai.operation.name': 'run_grader',
      'gen_ai.request.model': 'gpt-4.1',
      'gen_ai.response.model': 'gpt-4.1-2025-04-14',
      'llm.grader.type': 'score_model',
      'llm.grader.reward': 0.5,
    },
  },
  'conversations.items.create': {
    call: (client, options) =>
      client.conversations.items.create('conv_1', { items: [{ role: 'user', content: SECRET }] }, options),
    span: 'create_conversation_items',
    attributes: { 'gen_ai.operation.name': 'create_conversation_items', 'gen_ai.conversation.id': 'conv_1' },
    from: 5,
  },
  'realtime.clientSecrets.create': {
    call: (client, options) =>
      client.realtime.clientSecrets.create(
        { session: { type: 'realtime', model: 'gpt-realtime', instructions: SECRET } },
        options,
      ),
    span: 'create_client_secret gpt-realtime',
    attributes: {
      'gen_ai.operation.name': 'create_client_secret',
      'gen_ai.request.model': 'gpt-realtime',
      'gen_ai.response.model': 'gpt-realtime',
    },
    from: 5,
  },
  'beta.agents.sessions.create': {
    call: (client, options) => agentsOf(client).sessions.create(SESSION, options),
    span: 'invoke_agent',
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.request.model': 'gpt-6',
      'gen_ai.request.reasoning.level': 'low',
      'openai.request.service_tier': 'flex',
      'gen_ai.tool.definitions': '[{"type":"function","name":"get_weather"}]',
      'gen_ai.agent.id': 'agent_fake',
      'gen_ai.agent.name': 'Research',
      'gen_ai.conversation.id': 'sess_fake0001',
      'gen_ai.response.status': 'in_progress',
    },
    from: 7,
  },
  'beta.agents.automations.invocations.create': {
    call: (client, options) => agentsOf(client).automations.invocations.create('auto_1', options),
    span: 'invoke_agent',
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.response.id': 'inv_fake0001',
      'gen_ai.response.status': 'queued',
      'gen_ai.conversation.id': 'sess_automation',
    },
    from: 7,
  },
  'decisions.create': {
    call: (client, options) =>
      (client as unknown as Decisions).decisions.create(
        {
          model: 'gpt-6-luna',
          input: SECRET,
          questions: [
            { type: 'predicate', instructions: SECRET },
            { type: 'choice', instructions: 'refuse', choices: [{ value: true }, { value: false }] },
          ],
        },
        options,
      ),
    span: 'decision gpt-6-luna',
    attributes: {
      'gen_ai.operation.name': 'decision',
      'gen_ai.request.model': 'gpt-6-luna',
      'gen_ai.response.model': 'gpt-6-luna',
      'gen_ai.usage.input_tokens': 3,
      'gen_ai.usage.output_tokens': 2,
      'gen_ai.usage.cache_read.input_tokens': 0,
      'gen_ai.usage.cache_write.input_tokens': 0,
      'gen_ai.usage.reasoning.output_tokens': 0,
    },
    choices: 2,
    from: 7,
  },
};

/** What every call to the fake API says besides. */
const everywhere = () => ({
  'gen_ai.provider.name': 'openai',
  'server.address': '127.0.0.1',
  'server.port': Number(new URL(api.url).port),
  'http.response.status_code': 200,
  'llm.request_id': 'req_fake_0001',
  'llm.server.processing_ms': 42,
  'llm.rate_limit.limit_requests': 10000,
  'llm.rate_limit.limit_tokens': 200000,
  'llm.rate_limit.remaining_requests': 9999,
  'llm.rate_limit.remaining_tokens': 199950,
});

describe.each(majors)('SDK v%i', (major) => {
  const { OpenAI, AzureOpenAI, toFile }: Sdk = sdk(major);
  let file: File;

  beforeAll(async () => {
    recorder.instrumentation.manuallyInstrument(OpenAI);
    file = (await toFile(Buffer.from(SECRET), 'file.png')) as File;
  });

  const client = (scenario?: string) =>
    new OpenAI({ apiKey: 'sk-test', baseURL: scenario ? api.scenario(scenario) : api.url, maxRetries: 0 });

  describe.each(Object.entries(cases).filter(([, { from = 4 }]) => from <= major))('%s', (_, { call, ...expected }) => {
    it('makes a span with its attributes, and tells no content', async () => {
      await call(client(), {}, major, file);
      const span = recorder.takeOne();
      expect(span.name).toBe(expected.span);
      expect(span.kind).toBe(SpanKind.CLIENT);
      expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
      expect(span.attributes).toEqual({ ...everywhere(), ...expected.attributes });
      const choices = span.events.filter(({ name }) => name === 'llm.choice');
      expect(choices.map(({ attributes }) => attributes?.['llm.choice.index'])).toEqual(
        Array.from({ length: expected.choices ?? 0 }, (_, i) => i),
      );
      expect(JSON.stringify([span.attributes, span.events])).not.toContain(SECRET);
    });

    it('with withResponse() it is the same', async () => {
      const { response } = await call(client(), {}, major, file).withResponse();
      expect(response.status).toBe(200);
      expect(recorder.takeOne().attributes).toEqual({ ...everywhere(), ...expected.attributes });
    });

    it('with asResponse() alone it ends with the headers', async () => {
      const response = (await call(client(), {}, major, file).asResponse()) as Response;
      const { attributes } = recorder.takeOne();
      expect(attributes).toMatchObject(everywhere());
      expect(attributes).not.toHaveProperty('gen_ai.response.model');
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
    });

    it('fails as the API does', async () => {
      const error = await call(client('status-429'), {}, major, file).then(() => expect.fail('did not fail'), Object);
      expect(error).toHaveProperty('status', 429);
      const span = recorder.takeOne();
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes).toMatchObject({
        'error.type': 'RateLimitError',
        'http.response.status_code': 429,
        'llm.error.code': 'rate_limit_exceeded',
        'gen_ai.operation.name': expected.attributes['gen_ai.operation.name'],
      });
    });

    it.skipIf(expected.span.startsWith('text_to_speech'))('fails with a body of status 200 that says so', async () => {
      await call(client('error-body'), {}, major, file).catch(() => {});
      const { status, attributes, events } = recorder.takeOne();
      expect(status).toEqual({ code: SpanStatusCode.ERROR, message: 'Upstream failed' });
      expect(attributes).toMatchObject({
        'error.type': '502',
        'llm.error.code': '502',
        'http.response.status_code': 200,
      });
      expect(events.filter(({ name }) => name === 'exception')).toHaveLength(1);
    });

    it('ends when it is aborted', async () => {
      const controller = new AbortController();
      const pending = call(client('delay-5000'), { signal: controller.signal }, major, file);
      setTimeout(() => controller.abort(), 20);
      const error = await pending.then(() => expect.fail('did not fail'), Object);
      expect(error.constructor.name).toBe('APIUserAbortError');
      expect(recorder.takeOne().attributes).toMatchObject({ 'error.type': 'APIUserAbortError' });
    });

    it.each(['null-body', 'array-body', 'text', 'usage-null', 'odd-usage', 'no-content', 'drop-body'])(
      'ends once after a body like "%s", with the outcome of the call',
      async (scenario) => {
        const outcome = await call(client(scenario), {}, major, file).then(
          () => SpanStatusCode.UNSET,
          () => SpanStatusCode.ERROR,
        );
        expect(recorder.takeOne().status.code).toBe(outcome);
      },
    );
  });

  it('leaves the sound of audio.speech to the application', async () => {
    const params = { model: 'tts-1', input: 'Hello', voice: 'alloy' } as const;
    const response = await client().audio.speech.create(params);
    recorder.takeOne();
    expect(response.bodyUsed).toBe(false);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes).toEqual(Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256)));
  });

  it('a batch is counted by the call that first sees it complete', async () => {
    const id = `batch_${major}`;
    await client().batches.retrieve(id);
    await client().batches.retrieve(id);
    const [first, second] = recorder.take().map(({ attributes }) => attributes);
    expect(first).toMatchObject({
      'gen_ai.operation.name': 'fetch_batch',
      'llm.batch.id': id,
      'gen_ai.response.status': 'completed',
      'llm.batch.requests.completed': 2,
      'llm.batch.requests.failed': 1,
      'gen_ai.usage.input_tokens': 300,
      'gen_ai.usage.output_tokens': 60,
      'gen_ai.usage.cache_read.input_tokens': 100,
    });
    expect(second).toMatchObject({ 'llm.batch.id': id, 'gen_ai.response.status': 'completed' });
    expect(second).not.toHaveProperty('gen_ai.usage.input_tokens');
  });

  it('a batch that failed is a failed call', async () => {
    await client().batches.retrieve('batch_failing');
    const span = recorder.takeOne();
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'Line 1 is not JSON.' });
    expect(span.attributes).toMatchObject({
      'gen_ai.response.status': 'failed',
      'llm.error.code': 'invalid_json_line',
    });
  });

  it('a run that failed is a failed call', async () => {
    await client().beta.threads.runs.create('thread_1', { assistant_id: 'asst_failing' });
    const span = recorder.takeOne();
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'You exceeded your current quota.' });
    expect(span.attributes).toMatchObject({
      'gen_ai.response.status': 'failed',
      'gen_ai.response.finish_reasons': ['error'],
      'llm.error.code': 'rate_limit_exceeded',
    });
  });

  describe('Azure', () => {
    const azure = (options: object) =>
      new AzureOpenAI({ apiKey: 'azure', apiVersion: '2024-10-21', maxRetries: 0, ...options });
    const messages = [{ role: 'user' as const, content: 'Hello' }];

    it('takes the deployment of the client for the model where the parameters name none', async () => {
      const origin = new URL(api.url).origin;
      const own = azure({ endpoint: origin, deployment: 'my-deployment' });
      await own.chat.completions.create({ model: '', messages }).then(undefined, () => {});
      const span = recorder.takeOne();
      expect(api.requests.at(-1)?.path).toContain('/openai/deployments/my-deployment/chat/completions');
      expect(span.name).toBe('chat my-deployment');
      expect(span.attributes).toMatchObject({
        'gen_ai.provider.name': 'azure.ai.openai',
        'gen_ai.request.model': 'my-deployment',
      });
    });

    it('reads it from a base URL of the older style, also of a plain client', async () => {
      const baseURL = `${new URL(api.url).origin}/openai/deployments/from-url`;
      await new OpenAI({ apiKey: 'k', baseURL, maxRetries: 0 }).embeddings
        .create({ model: '', input: 'x' })
        .catch(() => {});
      expect(recorder.takeOne().attributes).toMatchObject({ 'gen_ai.request.model': 'from-url' });
    });

    it('believes the parameters first', async () => {
      const own = azure({ endpoint: new URL(api.url).origin, deployment: 'my-deployment' });
      await own.embeddings.create({ model: 'text-embedding-3-small', input: 'x' });
      expect(recorder.takeOne().attributes).toMatchObject({ 'gen_ai.request.model': 'text-embedding-3-small' });
    });

    it('knows the newer style by the model alone', async () => {
      const baseURL = `${new URL(api.url).origin}/openai/v1`;
      await new OpenAI({ apiKey: 'k', baseURL, maxRetries: 0 }).embeddings.create({ model: 'prod', input: 'x' });
      expect(recorder.takeOne().attributes).toMatchObject({ 'gen_ai.request.model': 'prod' });
    });
  });

  const streams: Record<string, Stream> = {
    'completions.create': {
      call: (client, options) =>
        client.completions.create(
          { model: 'gpt-3.5-turbo-instruct', prompt: SECRET, stream: true, stream_options: { include_usage: true } },
          options,
        ),
      said: ' and so on, after 2 tokens.',
      attributes: {
        'gen_ai.response.id': 'cmpl-fake0001',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': 2,
        'gen_ai.usage.output_tokens': 7,
      },
    },
    'images.generate': {
      call: (client, options) =>
        client.images.generate({ model: 'gpt-image-1', prompt: SECRET, stream: true, partial_images: 2 }, options),
      said: '"modality":"image"',
      attributes: { 'gen_ai.usage.input_tokens': 2, 'gen_ai.usage.image.output_tokens': 272 },
      from: 5,
    },
    'images.edit': {
      call: (client, options, file) =>
        client.images.edit({ model: 'gpt-image-1', image: file, prompt: SECRET, stream: true }, options),
      said: '"modality":"image"',
      attributes: { 'gen_ai.usage.input_tokens': 2, 'gen_ai.usage.image.output_tokens': 272 },
      from: 5,
    },
    'audio.transcriptions.create': {
      call: (client, options, file) =>
        client.audio.transcriptions.create({ model: 'gpt-4o-transcribe', file, prompt: SECRET, stream: true }, options),
      said: 'The quick brown fox jumps over the lazy dog.',
      attributes: { 'gen_ai.usage.input_tokens': 30, 'gen_ai.usage.output_tokens': 9 },
    },
    'beta.threads.createAndRun': {
      call: (client, options) =>
        client.beta.threads.createAndRun(
          { assistant_id: 'asst_1', thread: { messages: [{ role: 'user', content: SECRET }] }, stream: true },
          options,
        ),
      said: 'The answer is forty-two.',
      attributes: {
        'gen_ai.response.status': 'completed',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': 20,
        'gen_ai.usage.output_tokens': 5,
      },
    },
    'beta.threads.runs.create': {
      call: (client, options) =>
        client.beta.threads.runs.create(
          'thread_1',
          { assistant_id: 'asst_1', instructions: SECRET, tools: [tool], stream: true },
          options,
        ),
      said: '"arguments":{"city":"Paris"}',
      attributes: { 'gen_ai.response.status': 'requires_action', 'gen_ai.response.finish_reasons': ['tool_calls'] },
    },
    'beta.threads.runs.submitToolOutputs': {
      call: (client, options) => submit(client, major, { stream: true }, options) as Promise<SdkStream>,
      said: 'The answer is forty-two.',
      attributes: { 'gen_ai.response.status': 'completed', 'gen_ai.usage.output_tokens': 5 },
    },
  };

  describe.each(Object.entries(streams).filter(([, { from = 4 }]) => from <= major))('%s, streaming', (_, expected) => {
    const { call, said, attributes } = expected;

    it('counts chunks and reads none', async () => {
      let chunks = 0;
      for await (const _ of await call(client(), {}, file)) chunks++;
      const span = recorder.takeOne();
      expect(span.attributes).toMatchObject({
        'llm.streaming': true,
        'gen_ai.request.stream': true,
        'llm.stream.end_reason': 'completed',
        'llm.stream.chunk_count': chunks,
        'gen_ai.response.time_to_first_chunk': expect.any(Number),
      });
      expect(chunks).toBeGreaterThan(0);
      for (const name of Object.keys(attributes)) expect(span.attributes).not.toHaveProperty(name);
      expect(JSON.stringify([span.attributes, span.events])).not.toContain(SECRET);
    });

    it('tells what was said, if asked to inspect', async () => {
      recorder.instrumentation.setConfig({ inspectStreams: true, captureMessageContent: true });
      try {
        for await (const _ of await call(client(), {}, file));
      } finally {
        recorder.instrumentation.setConfig({});
      }
      const span = recorder.takeOne();
      expect(span.attributes).toMatchObject({ 'llm.stream.end_reason': 'completed', ...attributes });
      expect(span.attributes['gen_ai.output.messages']).toContain(said);
      expect(JSON.stringify(span.attributes)).not.toContain('iVBORw0KGgo');
    });

    it('ends when left', async () => {
      for await (const _ of await call(client(), {}, file)) break;
      expect(recorder.takeOne().attributes).toMatchObject({
        'llm.stream.end_reason': 'cancelled',
        'llm.stream.chunk_count': 1,
      });
    });

    it('ends when aborted', async () => {
      const controller = new AbortController();
      const stream = await call(client('chunk-delay-20'), { signal: controller.signal }, file);
      for await (const _ of stream) controller.abort();
      const span = recorder.takeOne();
      expect(span.attributes).toMatchObject({ 'llm.stream.end_reason': 'aborted' });
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
    });

    it('fails when the connection is lost', async () => {
      const read = async () => {
        for await (const _ of await call(client('drop-after-1'), {}, file));
      };
      await expect(read()).rejects.toThrow();
      const span = recorder.takeOne();
      expect(span.attributes).toMatchObject({ 'llm.stream.end_reason': 'failed' });
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
    });
  });
});
