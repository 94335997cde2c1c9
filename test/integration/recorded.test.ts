import OpenAI from 'openai';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, json, Telemetry } from '../support/telemetry.js';

/** Exchanges as the API has them, and what is expected of any instrumentation that sees them. */

const telemetry = new Telemetry();
telemetry.instrumentation.manuallyInstrument(OpenAI);
beforeEach(() => telemetry.reset({ inspectStreams: true, captureMessageContent: true }));

type Params = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

const HEADERS = { 'x-request-id': 'req_123', 'openai-processing-ms': '310', 'x-ratelimit-remaining-requests': '9999' };

/** The SDK against one recorded response. */
function answering(body: unknown, status = 200): OpenAI {
  const fetch = async () =>
    Array.isArray(body)
      ? new Response(`${body.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`, {
          headers: { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' },
        })
      : new Response(JSON.stringify(body), { status, headers: { ...HEADERS, 'content-type': 'application/json' } });
  return new OpenAI({ apiKey: 'sk-test', maxRetries: 0, fetch });
}

async function stream(chunks: unknown[], params: Params) {
  const items: unknown[] = [];
  for await (const item of await answering(chunks).chat.completions.create({ ...params, stream: true })) {
    items.push(item);
  }
  expect(items).toEqual(chunks);
}

const messages: Params['messages'] = [
  { role: 'system', content: 'You are a terse weatherman' },
  { role: 'user', content: 'How is Lisbon?' },
];
const asked = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'server.address': 'api.openai.com',
  'server.port': 443,
  'openai.api.type': 'chat_completions',
  'http.response.status_code': 200,
  'llm.request_id': 'req_123',
  'llm.server.processing_ms': 310,
  'llm.rate_limit.remaining_requests': 9999,
};
const base = {
  id: 'chatcmpl-AbC',
  created: 1731368630,
  model: 'gpt-4o-mini-2024-07-18',
  service_tier: 'default',
  system_fingerprint: 'fp_0ba0d124f1',
};
const answered = {
  'gen_ai.response.id': 'chatcmpl-AbC',
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'openai.response.service_tier': 'default',
  'openai.response.system_fingerprint': 'fp_0ba0d124f1',
};
const usage = {
  prompt_tokens: 22,
  completion_tokens: 3,
  total_tokens: 25,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};
const used = {
  'gen_ai.usage.input_tokens': 22,
  'gen_ai.usage.output_tokens': 3,
  'gen_ai.usage.cache_read.input_tokens': 0,
  'gen_ai.usage.audio.input_tokens': 0,
  'gen_ai.usage.reasoning.output_tokens': 0,
  'gen_ai.usage.audio.output_tokens': 0,
};
const streamed = {
  'llm.streaming': true,
  'gen_ai.request.stream': true,
  'llm.stream.end_reason': 'completed',
  'gen_ai.response.time_to_first_chunk': expect.any(Number),
};
const content = {
  'gen_ai.input.messages': expect.stringContaining('How is Lisbon?'),
  'gen_ai.output.messages': expect.any(String),
};

const completion = (choices: unknown[]) => ({ ...base, object: 'chat.completion', choices, usage });
const chunk = (choices: unknown[], more = {}) => ({ ...base, object: 'chat.completion.chunk', choices, ...more });
const delta = (value: unknown, finish_reason: string | null = null, index = 0) =>
  chunk([{ index, delta: value, logprobs: null, finish_reason }], { usage: null });
const last = chunk([], { usage });
const said = (text: string, index = 0) => ({
  index,
  message: { role: 'assistant', content: text, refusal: null, annotations: [] },
  logprobs: null,
  finish_reason: 'stop',
});

describe('an answer', () => {
  const params: Params = { model: 'gpt-4o-mini', messages };

  it('in one piece', async () => {
    await answering(completion([said('Sunny, 21 °C.')])).chat.completions.create(params);
    const span = telemetry.span();
    expect(span.name).toBe('chat gpt-4o-mini');
    expect(span.attributes).toEqual({
      ...asked,
      ...answered,
      ...used,
      ...content,
      'gen_ai.response.finish_reasons': ['stop'],
    });
    expect(eventsOf(span, 'llm.choice')).toEqual([
      {
        'llm.choice.index': 0,
        'llm.choice.finish_reason': 'stop',
        'llm.choice.role': 'assistant',
        'llm.choice.content': 'Sunny, 21 °C.',
      },
    ]);
    const tokens = (await telemetry.metrics()).find(({ name }) => name === 'gen_ai.client.token.usage');
    expect(tokens?.points.map(({ attributes, sum }) => [attributes['gen_ai.token.type'], sum])).toEqual([
      ['input', 22],
      ['output', 3],
    ]);
  });

  it('in a stream', async () => {
    const chunks = [
      delta({ role: 'assistant', content: '', refusal: null }),
      delta({ content: 'Sunny' }),
      delta({ content: ', 21 °C.' }),
      delta({}, 'stop'),
      last,
    ];
    await stream(chunks, params);
    const span = telemetry.span();
    expect(span.attributes).toEqual({
      ...asked,
      ...answered,
      ...used,
      ...content,
      ...streamed,
      'llm.stream.chunk_count': 5,
      'gen_ai.response.finish_reasons': ['stop'],
    });
    expect(json(span, 'gen_ai.output.messages')).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Sunny, 21 °C.' }], finish_reason: 'stop' },
    ]);
  });

  it('in a stream without usage has no tokens to tell of', async () => {
    await stream([delta({ role: 'assistant', content: 'Sunny' }), delta({}, 'stop')], params);
    expect(telemetry.span().attributes).not.toHaveProperty(['gen_ai.usage.input_tokens']);
  });

  it('in two choices, with and without streaming', async () => {
    await answering(completion([said('Sunny.'), said('Warm.', 1)])).chat.completions.create({ ...params, n: 2 });
    const whole = telemetry.span();
    await stream(
      [
        delta({ role: 'assistant', content: '' }),
        delta({ role: 'assistant', content: '' }, null, 1),
        delta({ content: 'Warm' }, null, 1),
        delta({ content: 'Sunny' }),
        delta({ content: '.' }),
        delta({ content: '.' }, null, 1),
        delta({}, 'stop', 1),
        delta({}, 'stop'),
        last,
      ],
      { ...params, n: 2 },
    );
    const inPieces = telemetry.span();

    for (const span of [whole, inPieces]) {
      expect(span.attributes).toMatchObject({
        ...answered,
        ...used,
        'gen_ai.request.choice.count': 2,
        'gen_ai.response.finish_reasons': ['stop', 'stop'],
      });
      expect(eventsOf(span, 'llm.choice').map((choice) => choice['llm.choice.content'])).toEqual(['Sunny.', 'Warm.']);
    }
  });
});

describe('calls of tools', () => {
  const tools: Params['tools'] = [
    { type: 'function', function: { name: 'get_weather', parameters: { properties: { city: { type: 'string' } } } } },
  ];
  const params: Params = { model: 'gpt-4o-mini', messages, tools };
  const call = (id: string, city: string) => ({
    id,
    type: 'function',
    function: { name: 'get_weather', arguments: JSON.stringify({ city }) },
  });
  const expected = [
    { id: 'call_1', type: 'function', name: 'get_weather', arguments: { city: 'Lisbon' } },
    { id: 'call_2', type: 'function', name: 'get_weather', arguments: { city: 'Porto' } },
  ];

  it('are told with and without streaming', async () => {
    const message = {
      role: 'assistant',
      content: null,
      tool_calls: [call('call_1', 'Lisbon'), call('call_2', 'Porto')],
    };
    await answering(
      completion([{ index: 0, message, logprobs: null, finish_reason: 'tool_calls' }]),
    ).chat.completions.create(params);
    const whole = telemetry.span();
    const piece = (index: number, value: object) => delta({ tool_calls: [{ index, ...value }] });
    await stream(
      [
        delta({ role: 'assistant', content: null }),
        piece(0, { ...call('call_1', ''), function: { name: 'get_weather', arguments: '' } }),
        piece(0, { function: { arguments: '{"ci' } }),
        piece(0, { function: { arguments: 'ty":"Lisbon"}' } }),
        piece(1, { ...call('call_2', ''), function: { name: 'get_weather', arguments: '' } }),
        piece(1, { function: { arguments: '{"city":"Porto"}' } }),
        delta({}, 'tool_calls'),
        last,
      ],
      params,
    );
    const inPieces = telemetry.span();

    for (const span of [whole, inPieces]) {
      expect(span.attributes).toMatchObject({ ...answered, ...used, 'gen_ai.response.finish_reasons': ['tool_calls'] });
      const [choice] = eventsOf(span, 'llm.choice');
      expect(JSON.parse(String(choice?.['llm.choice.tool_calls']))).toEqual(expected);
      expect(json(span, 'gen_ai.output.messages')).toEqual([
        {
          role: 'assistant',
          parts: expected.map(({ id, name, arguments: args }) => ({ type: 'tool_call', id, name, arguments: args })),
          finish_reason: 'tool_calls',
        },
      ]);
    }
  });
});

describe('a failure', () => {
  it('of the API is told by its class and its codes', async () => {
    const error = {
      message: 'The model `this-model-does-not-exist` does not exist',
      type: 'invalid_request_error',
      param: null,
      code: 'model_not_found',
    };
    const call = answering({ error }, 404).chat.completions.create({ model: 'this-model-does-not-exist', messages });
    await expect(call).rejects.toThrow(OpenAI.NotFoundError);
    const span = telemetry.span();
    expect(span.status).toEqual({ code: 2, message: `404 ${error.message}` });
    expect(span.attributes).toMatchObject({
      'error.type': 'NotFoundError',
      'http.response.status_code': 404,
      'llm.error.code': 'model_not_found',
      'llm.error.type': 'invalid_request_error',
      'gen_ai.request.model': 'this-model-does-not-exist',
    });
    expect(eventsOf(span, 'exception')).toHaveLength(1);
    const [duration] = await telemetry.metrics();
    expect(duration?.points[0]?.attributes['error.type']).toBe('NotFoundError');
  });

  it('to connect has no status', async () => {
    const openai = new OpenAI({ apiKey: 'sk-test', baseURL: 'http://127.0.0.1:1/v1', maxRetries: 0 });
    await expect(openai.chat.completions.create({ model: 'gpt-4o-mini', messages })).rejects.toThrow();
    const span = telemetry.span();
    expect(span.attributes).toMatchObject({
      'error.type': 'APIConnectionError',
      'server.address': '127.0.0.1',
      'server.port': 1,
    });
    expect(span.attributes).not.toHaveProperty(['http.response.status_code']);
  });
});
