import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFakeOpenAI } from './fake-openai/index.mjs';

type Params = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

const hello: Params = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello to Ada' }] };
const weather: OpenAI.Chat.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' }, exact: { type: 'boolean' } },
      required: ['city', 'days'],
    },
  },
};
const asked: Params = {
  model: 'gpt-4o',
  messages: [{ role: 'user', content: 'What is the weather in Paris for 3 days?' }],
  tools: [weather],
};

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;

beforeAll(async () => {
  api = await startFakeOpenAI();
});
beforeEach(() => api.reset());
afterAll(() => api.close());

function client(scenario?: string, options: ConstructorParameters<typeof OpenAI>[0] = {}) {
  const baseURL = scenario ? api.scenario(scenario) : api.url;
  return new OpenAI({ apiKey: 'sk-test', baseURL, maxRetries: 0, logLevel: 'off', ...options });
}

const stream = (scenario?: string, body: Partial<Params> = {}) =>
  client(scenario).chat.completions.create({ ...hello, ...body, stream: true });

/** All chunks, and the error that ended them. */
async function read(chunks: AsyncIterable<OpenAI.Chat.ChatCompletionChunk>) {
  const items: OpenAI.Chat.ChatCompletionChunk[] = [];
  try {
    for await (const chunk of chunks) items.push(chunk);
  } catch (error) {
    return { items, error };
  }
  return { items, error: undefined };
}

const textOf = (items: OpenAI.Chat.ChatCompletionChunk[], index = 0) =>
  items
    .flatMap((item) => item.choices.filter((choice) => choice.index === index))
    .map((choice) => choice.delta.content ?? '')
    .join('');

const failure = (promise: Promise<unknown>) => promise.then(() => expect.fail('did not fail'), Object);

describe('chat completions', () => {
  it('answers like the API, with its headers', async () => {
    const { data, response, request_id } = await client().chat.completions.create(hello).withResponse();
    expect(data).toEqual({
      id: 'chatcmpl-fake0001',
      object: 'chat.completion',
      created: 1735689600,
      model: 'gpt-4o-mini-2024-07-18',
      service_tier: 'default',
      system_fingerprint: 'fp_fake000001',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'You said: Say hello to Ada', refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 4,
        completion_tokens: 6,
        total_tokens: 10,
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
        completion_tokens_details: {
          reasoning_tokens: 0,
          audio_tokens: 0,
          accepted_prediction_tokens: 0,
          rejected_prediction_tokens: 0,
        },
      },
    });
    expect(request_id).toBe('req_fake_0001');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'openai-processing-ms': '42',
      'openai-version': '2020-10-01',
      'openai-organization': 'fake-org',
      'x-ratelimit-limit-requests': '10000',
      'x-ratelimit-limit-tokens': '200000',
      'x-ratelimit-remaining-requests': '9999',
      'x-ratelimit-remaining-tokens': '199950',
    });
    expect(api.requests).toHaveLength(1);
    expect(api.requests[0]).toMatchObject({ method: 'POST', path: '/v1/chat/completions', aborted: false });
    expect(JSON.parse(api.requests[0]?.body ?? '')).toEqual(hello);
    await vi.waitFor(() => expect(api.requests[0]?.finished).toBe(true));
  });

  it('says the same again after a reset', async () => {
    const raw = async () =>
      (
        await client()
          .chat.completions.create({ ...hello, n: 2 })
          .asResponse()
      ).text();
    const first = await raw();
    expect(await raw()).not.toBe(first);
    api.reset();
    expect(await raw()).toBe(first);
  });

  it('counts cached and reasoning tokens', async () => {
    const messages: Params['messages'] = [{ role: 'system', content: 'Be very brief.' }, ...hello.messages];
    const { usage } = await client().chat.completions.create({ model: 'o3-mini', messages });
    expect(usage?.prompt_tokens).toBe(7);
    expect(usage?.prompt_tokens_details?.cached_tokens).toBe(3);
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBe(64);
  });

  it('makes n choices', async () => {
    const { choices } = await client().chat.completions.create({ ...hello, n: 2 });
    expect(choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, 'You said: Say hello to Ada'],
      [1, 'You said: Say hello to Ada (Take 2.)'],
    ]);
  });

  it('stops at the token limit', async () => {
    const { choices, usage } = await client().chat.completions.create({ ...hello, max_completion_tokens: 3 });
    expect(choices[0]).toMatchObject({ message: { content: 'You said: Say ' }, finish_reason: 'length' });
    expect(usage?.completion_tokens).toBe(3);
  });

  it('fits a JSON schema', async () => {
    const schema = {
      type: 'object',
      properties: {
        name: { type: 'string' },
        age: { type: 'number' },
        kind: { type: 'string', enum: ['cat', 'dog'] },
        tags: { type: 'array', items: { type: 'string' } },
        alive: { type: 'boolean' },
        note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      },
      required: ['name', 'age', 'kind', 'tags', 'alive', 'note'],
    };
    const { choices } = await client().chat.completions.parse({
      ...hello,
      response_format: { type: 'json_schema', json_schema: { name: 'pet', strict: true, schema } },
    });
    expect(choices[0]?.message.parsed).toEqual({
      name: 'Ada',
      age: 1,
      kind: 'cat',
      tags: ['Ada'],
      alive: true,
      note: 'Ada',
    });
  });

  it('answers a bad request with an error', async () => {
    const { model: _, ...body } = hello;
    const error = await failure(client().post('/chat/completions', { body }));
    expect(error).toMatchObject({ status: 400, param: 'model', code: 'missing_required_parameter' });
    const odd = await failure(client().post('/chat/completions', { body: { ...hello, messages: 7 } }));
    expect(odd).toMatchObject({ status: 400, type: 'invalid_request_error' });
  });

  it('answers below Azure addresses', async () => {
    const response = await fetch(api.url.replace('/v1', '/openai/deployments/mine/chat/completions?api-version=1'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(hello),
    });
    expect(response.status).toBe(200);
  });
});

describe('tools', () => {
  it('calls the tool that was asked for', async () => {
    const { choices } = await client().chat.completions.create(asked);
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: null,
        tool_calls: [
          {
            id: 'call_fake0001_00',
            type: 'function',
            function: { name: 'get_weather', arguments: '{"city":"Paris","days":3}' },
          },
        ],
      },
    });
  });

  it.each<[string, Partial<Params>, string]>([
    ['another question', { messages: hello.messages }, 'stop'],
    ['tool_choice required', { messages: hello.messages, tool_choice: 'required' }, 'tool_calls'],
    ['tool_choice none', { tool_choice: 'none' }, 'stop'],
    [
      'tool_choice with a name',
      { messages: hello.messages, tool_choice: { type: 'function', function: { name: 'get_weather' } } },
      'tool_calls',
    ],
  ])('%s', async (_, body, finish) => {
    const { choices } = await client().chat.completions.create({ ...asked, ...body });
    expect(choices[0]?.finish_reason).toBe(finish);
  });

  it('takes arguments from what follows their names', async () => {
    const parameters = { type: 'object', properties: { task: { type: 'string' } }, required: ['task'] };
    const { choices } = await client().chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'Add a task: call Ada' }],
      tools: [{ type: 'function', function: { name: 'add_to_list', parameters } }],
    });
    expect(choices[0]?.message.tool_calls).toMatchObject([{ function: { arguments: '{"task":"call Ada"}' } }]);
  });

  it('quotes the results', async () => {
    const runner = client().chat.completions.runTools({
      model: 'gpt-4o',
      messages: asked.messages,
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'The weather of a city',
            parameters: {},
            function: () => 'sunny, 21 degrees',
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe('The tools say: sunny, 21 degrees');
    expect(api.requests).toHaveLength(2);
  });
});

describe('streaming', () => {
  it('sends a role, a chunk per word and an end', async () => {
    const { items } = await read(await stream());
    expect(items.map(({ choices }) => choices[0]?.delta)).toEqual([
      { role: 'assistant', content: '', refusal: null },
      ...['You ', 'said: ', 'Say ', 'hello ', 'to ', 'Ada'].map((content) => ({ content })),
      {},
    ]);
    expect(items.map(({ choices }) => choices[0]?.finish_reason)).toEqual([...Array(7).fill(null), 'stop']);
    expect(items[0]).toMatchObject({ id: 'chatcmpl-fake0001', object: 'chat.completion.chunk' });
    expect(items[0]).not.toHaveProperty('usage');
  });

  it('interleaves choices', async () => {
    const { items } = await read(await stream(undefined, { n: 2 }));
    expect(items.slice(0, 4).map(({ choices }) => choices[0]?.index)).toEqual([0, 1, 0, 1]);
    expect(textOf(items, 1)).toBe('You said: Say hello to Ada (Take 2.)');
  });

  it('ends with usage when asked', async () => {
    const { items } = await read(await stream(undefined, { stream_options: { include_usage: true } }));
    expect(items[0]?.usage).toBeNull();
    expect(items.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 4, completion_tokens: 6 } });
  });

  it('splits the arguments of tool calls', async () => {
    const { items } = await read(await stream(undefined, asked));
    const calls = items.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    expect(calls.length).toBeGreaterThan(3);
    expect(calls[0]).toMatchObject({ index: 0, id: 'call_fake0001_00', function: { name: 'get_weather' } });
    expect(calls.map((call) => call.function?.arguments).join('')).toBe('{"city":"Paris","days":3}');
    const completion = await client()
      .chat.completions.stream({ ...asked, stream: true })
      .finalChatCompletion();
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
  });
});

describe('errors', () => {
  it.each([
    [400, OpenAI.BadRequestError],
    [401, OpenAI.AuthenticationError],
    [403, OpenAI.PermissionDeniedError],
    [404, OpenAI.NotFoundError],
    [409, OpenAI.ConflictError],
    [422, OpenAI.UnprocessableEntityError],
    [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError],
    [503, OpenAI.InternalServerError],
    [418, OpenAI.APIError],
  ])('status-%d', async (status, type) => {
    const error = await failure(client(`status-${status}`).chat.completions.create(hello));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ status, requestID: 'req_fake_0001', type: expect.any(String) });
  });

  it.each([
    ['status-500-times-1', 'gpt-4o', 2],
    ['status-429-times-2', 'gpt-4o', 3],
    [undefined, 'gpt-flaky', 3],
  ])('%s, %s is tried %d times', async (scenario, model, times) => {
    await client(scenario, { maxRetries: 2 }).chat.completions.create({ ...hello, model });
    expect(api.requests.map(({ headers }) => headers['x-stainless-retry-count'])).toEqual(
      ['0', '1', '2'].slice(0, times),
    );
  });

  it('gpt-overloaded never answers', async () => {
    const overloaded = client(undefined, { maxRetries: 2 });
    const error = await failure(overloaded.chat.completions.create({ ...hello, model: 'gpt-overloaded' }));
    expect(error).toMatchObject({ status: 503, code: 'overloaded' });
    expect(api.requests).toHaveLength(3);
  });

  it('has no such scenario', async () => {
    const error = await failure(client('no-such').chat.completions.create(hello));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
  });

  it.each([
    ['status-502-html', { status: 502 }],
    ['drop', { constructor: OpenAI.APIConnectionError }],
    ['drop-body', { message: 'terminated' }],
    ['not-json', { name: 'SyntaxError' }],
  ])('%s', async (scenario, properties) => {
    const error = await failure(client(scenario).chat.completions.create(hello));
    expect(error).toMatchObject(properties);
    expect(api.requests[0]?.aborted).toBe(false);
  });
});

describe('responses', () => {
  const params = { model: 'gpt-5', input: 'Say hello to Ada', instructions: 'Be brief.' };
  const events = async (scenario?: string, extra: Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming> = {}) => {
    const items: OpenAI.Responses.ResponseStreamEvent[] = [];
    const all = await client(scenario).responses.create({ ...params, ...extra, stream: true });
    for await (const event of all) items.push(event);
    return items;
  };

  it('answer like the API', async () => {
    expect(await client().responses.create(params)).toMatchObject({
      id: 'resp_fake0001',
      object: 'response',
      status: 'completed',
      model: 'gpt-5-2025-08-07',
      output_text: 'You said: Say hello to Ada',
      output: [{ type: 'reasoning' }, { type: 'message', role: 'assistant', status: 'completed' }],
      usage: {
        input_tokens: 6,
        input_tokens_details: { cached_tokens: 2 },
        output_tokens: 70,
        output_tokens_details: { reasoning_tokens: 64 },
      },
    });
  });

  it('stream numbered events that end with the whole response', async () => {
    const items = await events();
    expect(items.map((event) => event.sequence_number)).toEqual(items.map((_, index) => index));
    expect(items.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    api.reset();
    const { output_text: _, ...whole } = await client().responses.create(params);
    expect(items.at(-1)).toMatchObject({ response: whole });
  });

  it('call tools and take their results', async () => {
    const tools = [{ type: 'function' as const, strict: false, ...weather.function, parameters: {} }];
    const input = [{ role: 'user' as const, content: 'What is the weather in Paris?' }];
    const { output } = await client().responses.create({ model: 'gpt-4.1', input, tools });
    const call = { type: 'function_call', call_id: 'call_fake0001_00', name: 'get_weather' } as const;
    expect(output).toMatchObject([call]);
    const result = { type: 'function_call_output', call_id: call.call_id, output: 'Sunny' } as const;
    const { output_text } = await client().responses.create({
      model: 'gpt-4.1',
      input: [...input, { ...call, arguments: '{}' }, result],
      tools,
    });
    expect(output_text).toBe('The tools say: Sunny');
  });

  it('fit a schema', async () => {
    const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    const format = { type: 'json_schema' as const, name: 'greeting', schema };
    const { output_text } = await client().responses.create({ ...params, text: { format } });
    expect(JSON.parse(output_text)).toEqual({ name: 'Ada' });
  });

  it('wait in the background, are fetched, resumed and cancelled', async () => {
    const { responses } = client();
    expect(await responses.create({ ...params, background: true })).toMatchObject({ status: 'queued', output: [] });
    expect(await responses.retrieve('resp_7')).toMatchObject({ id: 'resp_7', status: 'completed' });
    expect(await responses.cancel('resp_7')).toMatchObject({ id: 'resp_7', status: 'cancelled' });
    const resumed = await responses.retrieve('resp_7', { stream: true, starting_after: 5 });
    const { value: first } = await resumed[Symbol.asyncIterator]().next();
    expect(first).toMatchObject({ sequence_number: 6 });
    resumed.controller.abort();
    await expect(responses.retrieve('other')).rejects.toThrow('404');
  });

  it('can be cut off, filtered and fail', async () => {
    const last = async (scenario?: string, extra?: object) => (await events(scenario, extra)).at(-1);
    expect(await last(undefined, { max_output_tokens: 2 })).toMatchObject({
      type: 'response.incomplete',
      response: { incomplete_details: { reason: 'max_output_tokens' } },
    });
    expect(await last('response-content-filter')).toMatchObject({
      type: 'response.incomplete',
      response: { incomplete_details: { reason: 'content_filter' } },
    });
    expect(await last('response-failed')).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error' }, output: [] },
    });
    const broken = await events('error-event-after-3');
    expect(broken).toHaveLength(4);
    expect(broken.at(-1)).toMatchObject({ type: 'error', code: 'server_error' });
  });
});

describe('unusual bodies', () => {
  it.each([
    ['text', 'Just text.'],
    ['no-content', null],
    ['null-body', null],
    ['array-body', []],
    ['choices-null', { choices: null }],
    ['choices-string', { choices: 'x' }],
    ['choices-empty', { choices: [] }],
    ['choice-null', { choices: [null, { index: 0 }] }],
    ['refusal', { choices: [{ message: { content: null, refusal: 'You said: Say hello to Ada' } }] }],
    ['content-filter', { choices: [{ finish_reason: 'content_filter' }] }],
    ['usage-null', { usage: null }],
    ['odd-usage', { usage: { prompt_tokens: '12', completion_tokens: null } }],
    ['slow-body-5', { choices: [{ finish_reason: 'stop' }] }],
    ['delay-5', { choices: [{ finish_reason: 'stop' }] }],
    ['refusal+no-usage', { choices: [{ message: { content: null } }] }],
  ])('%s', async (scenario, expected) => {
    const result: unknown = await client(scenario).chat.completions.create(hello);
    if (Object(expected) === expected) expect(result).toMatchObject(Object(expected));
    else expect(result).toBe(expected);
  });

  it.each([
    ['no-choices', 'choices'],
    ['no-usage', 'usage'],
  ])('%s', async (scenario, property) => {
    expect(await client(scenario).chat.completions.create(hello)).not.toHaveProperty(property);
  });

  it('no-headers', async () => {
    const { response } = await client('no-headers').chat.completions.create(hello).withResponse();
    const names = [...response.headers.keys()];
    expect(names).toContain('content-type');
    expect(names.filter((name) => /^(x|openai)-/.test(name))).toEqual([]);
  });
});

describe('unusual streams', () => {
  it('stream-chunks-20', async () => {
    const { items } = await read(await stream('stream-chunks-20'));
    expect(items).toHaveLength(1 + 20 + 1);
  });

  it.each([
    ['chunk-delay-1', 8],
    ['no-done', 8],
    ['empty-stream', 0],
    ['refusal', 8],
    ['content-filter', 8],
  ])('%s ends well', async (scenario, length) => {
    const { items, error } = await read(await stream(scenario));
    expect([items.length, error]).toEqual([length, undefined]);
  });

  it.each([
    ['drop-after-3', 3, { message: 'terminated' }],
    ['sse-error-after-3', 3, { code: 'stream_failed' }],
    ['sse-garbage-after-3', 3, { name: 'SyntaxError' }],
  ])('%s fails', async (scenario, length, properties) => {
    const { items, error } = await read(await stream(scenario));
    expect(items).toHaveLength(length);
    expect(error).toMatchObject(properties);
  });

  it('chunk-no-choices', async () => {
    const { items } = await read(await stream('chunk-no-choices'));
    expect(items).toHaveLength(8 + 4);
    expect(items.slice(1, 5)).toEqual([{ id: 'chatcmpl-strange' }, { choices: null }, null, 7]);
  });

  it('edits every chunk', async () => {
    const usage = { stream_options: { include_usage: true } };
    const odd = await read(await stream('odd-usage', usage));
    expect(odd.items.map((item) => item.usage?.total_tokens)).toEqual([...Array(8).fill(undefined), 'many']);
    const refused = await read(await stream('refusal'));
    expect(refused.items.map((item) => item.choices[0]?.delta.refusal ?? '').join('')).toBe(
      'You said: Say hello to Ada',
    );
  });
});

describe('clients that leave', () => {
  it.each(['delay-10000', 'stall-body', 'slow-body-10000'])('%s', async (scenario) => {
    const error = await failure(client(scenario).chat.completions.create(hello, { signal: AbortSignal.timeout(50) }));
    expect(error).toBeInstanceOf(Error);
    await vi.waitFor(() => expect(api.requests[0]).toMatchObject({ aborted: true, finished: false }));
  });

  it.each(['stall-after-2', 'chunk-delay-5000', 'chunk-delay-1+stream-chunks-10000'])('%s', async (scenario) => {
    for await (const _ of await stream(scenario)) break;
    await vi.waitFor(() => expect(api.requests[0]).toMatchObject({ aborted: true, finished: false }));
  });
});

describe('the server', () => {
  it('closes with requests under way', async () => {
    const other = await startFakeOpenAI({ unref: true });
    const pending = failure(
      client('stall-body', { baseURL: other.scenario('stall-body') }).chat.completions.create(hello),
    );
    await vi.waitFor(() => expect(other.requests).toHaveLength(1));
    await other.close();
    expect(await pending).toBeInstanceOf(Error);
  });

  it('runs on its own', async () => {
    const script = fileURLToPath(new URL('./fake-openai/index.mjs', import.meta.url));
    const child = spawn(process.execPath, [script, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = await once(child.stdout, 'data');
      const { choices } = await client(undefined, { baseURL: String(line).trim() }).chat.completions.create(hello);
      expect(choices).toHaveLength(1);
    } finally {
      child.kill();
    }
  });
});
