import type { Response, ResponseCreateParams } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/operations/operation.js';
import { responses } from '../../src/operations/responses/responses.js';

/** Never to be told unless content is captured. */
const SECRET = 'secret-words';

const create = method('create');
const compact = method('compact');
const retrieve = method('retrieve');
const cancel = method('cancel');

function method(name: string): Operation {
  const found = responses.find((operation) => operation.resource === 'Responses' && operation.method === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: SECRET, annotations: [], logprobs: [] }],
};
const functionCall = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: SECRET };

const completed: Partial<Response> = {
  id: 'resp_1',
  object: 'response',
  created_at: 1735689600,
  status: 'completed',
  model: 'gpt-5-2025-08-07',
  error: null,
  incomplete_details: null,
  service_tier: 'default',
  output: [{ id: 'rs_1', type: 'reasoning', summary: [] }, message] as Response['output'],
  usage: {
    input_tokens: 30,
    input_tokens_details: { cached_tokens: 10, cache_write_tokens: 5 },
    output_tokens: 80,
    output_tokens_details: { reasoning_tokens: 64 },
    total_tokens: 110,
  },
};

const facts = {
  'gen_ai.response.id': 'resp_1',
  'gen_ai.response.model': 'gpt-5-2025-08-07',
  'openai.response.service_tier': 'default',
};
const tokens = {
  'gen_ai.usage.input_tokens': 30,
  'gen_ai.usage.output_tokens': 80,
  'gen_ai.usage.cache_read.input_tokens': 10,
  'gen_ai.usage.cache_write.input_tokens': 5,
  'gen_ai.usage.reasoning.output_tokens': 64,
};

it('has the same methods in the beta', () => {
  const names = (resource: string) =>
    responses.filter((operation) => operation.resource === resource).map(({ name, method }) => `${method}: ${name}`);
  const all = ['create: chat', 'compact: chat', 'retrieve: fetch_response', 'cancel: cancel_response'];
  expect(names('Responses')).toEqual(all);
  expect(names('Beta.Responses')).toEqual(all);
});

describe('a request to create a response', () => {
  it('is described by its parameters, without what they say', () => {
    const params: ResponseCreateParams = {
      model: 'gpt-5',
      input: SECRET,
      instructions: SECRET,
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 100,
      reasoning: { effort: 'high' },
      previous_response_id: 'resp_0',
      conversation: 'conv_1',
      prompt: { id: 'pmpt_1', version: '3', variables: { name: SECRET } },
      text: { format: { type: 'json_schema', name: 'answer', schema: { title: SECRET } } },
      service_tier: 'flex',
      top_logprobs: 5,
      stream: true,
    };
    expect(create.request([params])).toEqual({
      target: 'gpt-5',
      streaming: true,
      attributes: {
        'openai.api.type': 'responses',
        'gen_ai.request.model': 'gpt-5',
        'gen_ai.request.temperature': 0.5,
        'gen_ai.request.top_p': 0.9,
        'gen_ai.request.max_tokens': 100,
        'gen_ai.request.reasoning.level': 'high',
        'gen_ai.request.previous_response.id': 'resp_0',
        'gen_ai.conversation.id': 'conv_1',
        'gen_ai.prompt.name': 'pmpt_1',
        'gen_ai.prompt.version': '3',
        'gen_ai.output.type': 'json',
        'openai.request.service_tier': 'flex',
      },
    });
  });

  it.each<[string, object, object]>([
    ['a conversation', { conversation: { id: 'conv_1' } }, { 'gen_ai.conversation.id': 'conv_1' }],
    ['text as format', { text: { format: { type: 'text' } } }, { 'gen_ai.output.type': 'text' }],
    ['a service tier left to the project', { service_tier: 'auto' }, {}],
    ['nulls', { temperature: null, conversation: null, prompt: null, reasoning: null, text: null, tools: null }, {}],
    ['strings for numbers', { temperature: 'hot', max_output_tokens: 'many' }, {}],
  ])('with %s', (_, params, attributes) => {
    const request = create.request([params]);
    expect(request.attributes).toEqual({ 'openai.api.type': 'responses', ...attributes });
    expect(request).toMatchObject({ streaming: false, target: undefined });
  });

  it.each([[], [undefined], [null], ['text'], [7], [[]]])('of %j', (...args) => {
    expect(create.request(args).attributes).toEqual({ 'openai.api.type': 'responses' });
  });

  it('lists every kind of tool by type and name alone', () => {
    const tools: NonNullable<ResponseCreateParams['tools']> = [
      { type: 'function', name: 'get_weather', description: SECRET, parameters: { title: SECRET }, strict: true },
      { type: 'custom', name: 'run_sql', description: SECRET },
      {
        type: 'mcp',
        server_label: 'shop',
        server_url: `https://shop.example/${SECRET}`,
        authorization: SECRET,
        headers: { Authorization: SECRET },
      },
      { type: 'namespace', name: 'crm', description: SECRET, tools: [{ type: 'function', name: 'find' }] },
      { type: 'web_search', filters: { allowed_domains: [SECRET] } },
      { type: 'web_search_preview' },
      { type: 'file_search', vector_store_ids: [SECRET] },
      { type: 'computer' },
      { type: 'computer_use_preview', display_height: 1, display_width: 1, environment: 'browser' },
      { type: 'code_interpreter', container: SECRET },
      { type: 'image_generation' },
      { type: 'local_shell' },
      { type: 'shell' },
      { type: 'apply_patch' },
      { type: 'tool_search', description: SECRET },
    ];
    const listed = create.request([{ model: 'gpt-5', tools }]).attributes['gen_ai.tool.definitions'];
    expect(JSON.parse(String(listed))).toEqual([
      { type: 'function', name: 'get_weather' },
      { type: 'custom', name: 'run_sql' },
      { type: 'mcp', name: 'shop' },
      { type: 'namespace', name: 'crm' },
      { type: 'web_search', name: 'web_search' },
      { type: 'web_search_preview', name: 'web_search_preview' },
      { type: 'file_search', name: 'file_search' },
      { type: 'computer', name: 'computer' },
      { type: 'computer_use_preview', name: 'computer_use_preview' },
      { type: 'code_interpreter', name: 'code_interpreter' },
      { type: 'image_generation', name: 'image_generation' },
      { type: 'local_shell', name: 'local_shell' },
      { type: 'shell', name: 'shell' },
      { type: 'apply_patch', name: 'apply_patch' },
      { type: 'tool_search', name: 'tool_search' },
    ]);
  });

  it('lists no more tools than the API takes', () => {
    const tools = Array.from({ length: 10_000 }, (_, i) => ({ type: 'function', name: `tool_${i}` }));
    const listed = create.request([{ tools }]).attributes['gen_ai.tool.definitions'];
    expect(JSON.parse(String(listed))).toHaveLength(128);
  });
});

describe('a request about a response there is', () => {
  it.each<[string, unknown[], object]>([
    ['names it', ['resp_1'], {}],
    ['from its start as a stream', ['resp_1', { stream: true }, {}], {}],
    ['from an event on', ['resp_1', { stream: true, starting_after: 0 }], { 'gen_ai.request.stream_cursor': '0' }],
    ['with request options only', ['resp_1', { timeout: 5 }], {}],
    ['with null', ['resp_1', null], {}],
  ])('%s', (_, args, attributes) => {
    expect(retrieve.request(args).attributes).toEqual({
      'openai.api.type': 'responses',
      'gen_ai.response.id': 'resp_1',
      ...attributes,
    });
    expect(retrieve.request(args).target).toBeUndefined();
  });

  it('streams if the query says so', () => {
    expect(retrieve.request(['resp_1', { stream: true }]).streaming).toBe(true);
    expect(retrieve.request(['resp_1', {}]).streaming).toBe(false);
  });

  it('has no input', () => {
    expect(retrieve.input).toBeUndefined();
    expect(cancel.input).toBeUndefined();
    expect(cancel.request(['resp_1']).attributes).toEqual({
      'openai.api.type': 'responses',
      'gen_ai.response.id': 'resp_1',
    });
  });
});

describe('a response', () => {
  it('that is complete has one choice and its tokens', () => {
    expect(create.response(completed)).toEqual({
      attributes: { ...facts, ...tokens, 'gen_ai.response.finish_reasons': ['stop'] },
      choices: [{ index: 0, finishReason: 'stop', role: 'assistant', toolCalls: [], refused: false }],
      failure: undefined,
    });
  });

  it('that was fetched has its status, and its tokens are not counted again', () => {
    expect(retrieve.response(completed)).toEqual({
      attributes: { ...facts, 'gen_ai.response.finish_reasons': ['stop'], 'gen_ai.response.status': 'completed' },
      choices: [{ index: 0, finishReason: 'stop', role: 'assistant', toolCalls: [], refused: false }],
      failure: undefined,
      background: [{ id: 'resp_1', declared: false, usage: tokens }],
    });
  });

  it('that was cancelled is told of by its status', () => {
    const body = { ...completed, status: 'cancelled', output: [], usage: null };
    expect(cancel.response(body)).toEqual({
      attributes: { ...facts, 'gen_ai.response.status': 'cancelled' },
      choices: [],
    });
  });

  it('that compacts a conversation counts tokens and answers nothing', () => {
    const body = {
      id: 'resp_1',
      object: 'response.compaction',
      usage: completed.usage,
      output: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
        { id: 'cmp_1', type: 'compaction', encrypted_content: SECRET },
      ],
    };
    expect(compact.response(body)).toEqual({ attributes: { 'gen_ai.response.id': 'resp_1', ...tokens }, choices: [] });
    expect(compact.output?.(body)).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'Hi' }], finish_reason: 'compaction' },
      { role: 'assistant', parts: [{ type: 'compaction', id: 'cmp_1' }], finish_reason: 'compaction' },
    ]);
  });

  const containerShell = [
    { type: 'shell_call', call_id: 'call_2', action: { commands: ['ls'] } },
    { type: 'shell_call_output', call_id: 'call_2', output: [] },
  ];

  it.each<[string, object, string | undefined]>([
    ['completed', {}, 'stop'],
    ['completed with a function call', { output: [message, functionCall] }, 'tool_calls'],
    ['completed with a custom tool call', { output: [{ type: 'custom_tool_call', call_id: 'c' }] }, 'tool_calls'],
    ['completed with a call that names no id', { output: [{ type: 'function_call' }] }, 'tool_calls'],
    ['completed after a tool of the provider', { output: [{ type: 'web_search_call' }, message] }, 'stop'],
    ['completed after a shell in the provider’s container', { output: [...containerShell, message] }, 'stop'],
    ['cut off', { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }, 'length'],
    ['filtered', { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }, 'content_filter'],
    ['cut off for a reason of the future', { status: 'incomplete', incomplete_details: { reason: 'bored' } }, 'bored'],
    ['cut off for no reason', { status: 'incomplete', incomplete_details: null }, undefined],
    ['failed', { status: 'failed', output: [] }, 'error'],
    ['cancelled', { status: 'cancelled', output: [] }, 'error'],
    ['in progress', { status: 'in_progress' }, undefined],
    ['of a provider that gives no status', { status: undefined }, undefined],
  ])('%s', (_, change, finishReason) => {
    const { attributes, choices } = create.response({ ...completed, ...change });
    expect(choices.map((choice) => choice.finishReason)).toEqual([finishReason]);
    expect(attributes['gen_ai.response.finish_reasons']).toEqual(finishReason && [finishReason]);
  });

  it.each(['queued', 'in_progress'])('that is %s is no choice yet', (status) => {
    const { attributes, choices } = create.response({ ...completed, status, output: [], usage: null });
    expect(choices).toEqual([]);
    expect(attributes).toEqual({ ...facts, 'gen_ai.response.status': status });
  });

  it('shows which tools it wants called', () => {
    const [choice] = create.response({ ...completed, output: [message, functionCall] }).choices;
    expect(choice?.toolCalls).toEqual([{ id: 'call_1', type: 'function', name: 'get_weather' }]);
  });

  it('shows that it is a refusal, and not what it says', () => {
    const refusal = { ...message, content: [{ type: 'refusal', refusal: SECRET }] };
    const description = create.response({ ...completed, output: [refusal] });
    expect(description.choices).toMatchObject([{ finishReason: 'stop', refused: true }]);
    expect(JSON.stringify(description)).not.toContain(SECRET);
  });

  it.each([
    ['created', create],
    ['fetched', retrieve],
  ])('that failed is a failed call when %s', (_, operation) => {
    const error = { code: 'server_error', message: 'The model failed.' };
    const { failure } = operation.response({ ...completed, status: 'failed', error, output: [], usage: null });
    expect(failure).toEqual({ message: 'The model failed.', code: 'server_error' });
  });

  it('that failed without a word is a failed call too', () => {
    expect(create.response({ status: 'failed', error: null }).failure).toEqual({});
  });

  it.each([
    [undefined],
    [null],
    ['text'],
    [7],
    [[]],
    [{}],
    [{ output: 'text', usage: 'many', error: 7, status: 7 }],
    [{ output: { 0: message }, usage: { input_tokens: 'many', output_tokens: -1, input_tokens_details: 'x' } }],
  ])('of %j has nothing to tell', (body) => {
    for (const operation of [create, compact, retrieve, cancel]) {
      const { attributes, choices, failure } = operation.response(body);
      expect({ attributes, choices, failure }).toEqual({ attributes: {}, choices: [], failure: undefined });
      expect(operation.output?.(body) ?? []).toEqual([]);
    }
  });

  it('of countless items is looked at as far as is listed', () => {
    const body = { ...completed, output: Array.from({ length: 10_000 }, () => functionCall) };
    expect(create.response(body).choices[0]?.toolCalls).toHaveLength(128);
    expect(create.output?.(body)[0]?.parts).toHaveLength(128);
  });

  it('with a huge picture refers to its data, uncopied', () => {
    const result = 'A'.repeat(20 * 1024 * 1024);
    const body = { ...completed, output: [{ id: 'ig_1', type: 'image_generation_call', result }] };
    expect(JSON.stringify(create.response(body)).length).toBeLessThan(1_000);
    const parts = create.output?.(body)[0]?.parts;
    expect(parts?.[1]).toMatchObject({ type: 'blob', byte_length: (result.length * 3) / 4 });
  });
});

describe('what a response says', () => {
  it('is one message, of however many items', () => {
    const output = [{ type: 'reasoning', summary: [{ text: 'Hm' }] }, message, functionCall];
    expect(create.output?.({ ...completed, output })).toEqual([
      {
        role: 'assistant',
        finish_reason: 'tool_calls',
        parts: [
          { type: 'reasoning', content: 'Hm' },
          { type: 'text', content: SECRET },
          { type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: SECRET },
        ],
      },
    ]);
  });

  it('has its status for a finish reason as long as it has not finished', () => {
    expect(retrieve.output?.({ ...completed, status: 'in_progress', output: [message] })).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: SECRET }], finish_reason: 'in_progress' },
    ]);
  });

  it('has the finish reason `error` where its stream was cut off', () => {
    const body = { ...completed, status: 'in_progress', output: [message], cut_off: true };
    expect(create.output?.(body)[0]?.finish_reason).toBe('error');
    expect(create.response(body)).toMatchObject({
      attributes: { 'gen_ai.response.finish_reasons': ['error'] },
      choices: [{ finishReason: 'error' }],
    });
    expect(create.response({ status: 'in_progress', cut_off: true }).choices).toEqual([]);
  });
});

it('takes the texts among the variables of a stored prompt', () => {
  const variables = {
    city: 'Paris',
    day: { type: 'input_text', text: 'Monday' },
    map: { type: 'input_image', image_url: 'https://pictures.example/map.png' },
    empty: null,
  };
  const content = create.input?.([{ prompt: { id: 'pmpt_1', variables } }]);
  expect(content?.promptVariables).toEqual({ city: 'Paris', day: 'Monday' });
  expect(create.input?.([{ prompt: { id: 'pmpt_1', variables: null } }])).not.toHaveProperty('promptVariables');
});

describe('what is said to the model', () => {
  it('is a text', () => {
    expect(create.input?.([{ input: 'Hi', instructions: 'Be brief.' }])).toEqual({
      systemInstructions: [{ type: 'text', content: 'Be brief.' }],
      inputMessages: [{ role: 'user', parts: [{ type: 'text', content: 'Hi' }] }],
    });
  });

  it('is a conversation, in which all that the model said in a row is one message', () => {
    const input = [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'See this' },
          { type: 'input_image', image_url: 'https://pictures.example/a.png' },
          { type: 'input_image', file_id: 'file_1' },
          { type: 'input_file', file_url: 'https://files.example/a.pdf' },
          { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
          { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
          { type: 'input_smell' },
        ],
      },
      { type: 'reasoning', summary: [{ text: 'Hm' }] },
      functionCall,
      { ...functionCall, call_id: 'call_2' },
      { type: 'function_call_output', call_id: 'call_1', output: 'Sunny' },
      { type: 'function_call_output', call_id: 'call_2', output: 'Rainy' },
      null,
    ];
    expect(create.input?.([{ input }])?.inputMessages).toEqual([
      { role: 'developer', parts: [{ type: 'text', content: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', content: 'Hi' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'See this' },
          { type: 'uri', modality: 'image', uri: 'https://pictures.example/a.png' },
          { type: 'file', modality: 'image', file_id: 'file_1' },
          { type: 'uri', modality: 'document', uri: 'https://files.example/a.pdf' },
          { type: 'blob', modality: 'document', mime_type: 'application/pdf', content: 'AAAA', byte_length: 3 },
          { type: 'blob', modality: 'audio', mime_type: 'audio/wav', content: 'AAAA', byte_length: 3 },
          { type: 'other', kind: 'input_smell' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'Hm' },
          { type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: SECRET },
          { type: 'tool_call', id: 'call_2', name: 'get_weather', arguments: SECRET },
        ],
      },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_1', response: 'Sunny' }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_2', response: 'Rainy' }] },
      { role: 'user', parts: [] },
    ]);
  });

  it('holds whole tool definitions without their credentials', () => {
    const tools = [
      { type: 'function', name: 'get_weather', description: 'Weather', parameters: { type: 'object' }, strict: true },
      { type: 'mcp', server_label: 'shop', server_description: 'Hats', authorization: SECRET, headers: { a: SECRET } },
    ];
    expect(create.input?.([{ tools }])?.toolDefinitions).toEqual([
      { type: 'function', name: 'get_weather', description: 'Weather', parameters: { type: 'object' } },
      { type: 'mcp', name: 'shop', description: 'Hats' },
    ]);
  });

  it.each([[undefined], [null], [{}], [{ input: 7 }], [{ input: null, instructions: [] }]])(
    'is nothing in %j',
    (params) => {
      expect(create.input?.([params])).toEqual({ inputMessages: [] });
    },
  );

  it('is the end of a conversation of countless items', () => {
    const input = Array.from({ length: 10_000 }, (_, i) => ({ role: 'user', content: `${i}` }));
    const messages = create.input?.([{ input }])?.inputMessages;
    expect(messages).toHaveLength(1_000);
    expect(messages?.at(-1)).toEqual({ role: 'user', parts: [{ type: 'text', content: '9999' }] });
  });
});
