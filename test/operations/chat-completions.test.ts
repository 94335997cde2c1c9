import { describe, expect, it } from 'vitest';
import { chatCompletions } from '../../src/operations/chat/chat-completions.js';

const request = (params: unknown) => chatCompletions.request([params]);
const response = (body: unknown) => chatCompletions.response(body);

describe('what is asked of a chat completion', () => {
  it('is told by the names of the conventions', () => {
    expect(
      request({
        model: 'gpt-4o',
        stream: true,
        temperature: 0,
        top_p: 0.5,
        frequency_penalty: -1,
        presence_penalty: 1,
        max_completion_tokens: 100,
        max_tokens: 7,
        stop: ['a', 'b'],
        seed: 42,
        n: 2,
        reasoning_effort: 'low',
        response_format: { type: 'json_schema', json_schema: { name: 'x' } },
        service_tier: 'flex',
        tools: [
          { type: 'function', function: { name: 'f', description: 'd', parameters: {} } },
          { type: 'custom', custom: { name: 'c' } },
        ],
      }),
    ).toEqual({
      target: 'gpt-4o',
      streaming: true,
      attributes: {
        'openai.api.type': 'chat_completions',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.request.temperature': 0,
        'gen_ai.request.top_p': 0.5,
        'gen_ai.request.frequency_penalty': -1,
        'gen_ai.request.presence_penalty': 1,
        'gen_ai.request.max_tokens': 100,
        'gen_ai.request.stop_sequences': ['a', 'b'],
        'gen_ai.request.seed': 42,
        'gen_ai.request.choice.count': 2,
        'gen_ai.request.reasoning.level': 'low',
        'gen_ai.output.type': 'json',
        'openai.request.service_tier': 'flex',
        'gen_ai.tool.definitions': '[{"type":"function","name":"f"},{"type":"custom","name":"c"}]',
      },
    });
  });

  it.each([
    [{ n: 1 }, {}],
    [{ service_tier: 'auto' }, {}],
    [{ stop: 'end' }, { 'gen_ai.request.stop_sequences': ['end'] }],
    [{ stop: [] }, {}],
    [{ stop: [1, 'x', null] }, { 'gen_ai.request.stop_sequences': ['x'] }],
    [{ max_tokens: 5 }, { 'gen_ai.request.max_tokens': 5 }],
    [{ modalities: ['text', 'audio'] }, { 'gen_ai.output.type': 'speech' }],
    [{ response_format: { type: 'text' } }, { 'gen_ai.output.type': 'text' }],
    [{ response_format: { type: 'json_object' } }, { 'gen_ai.output.type': 'json' }],
    [{ response_format: { type: 'new' } }, {}],
    [{ temperature: 'hot', seed: null, tools: 'x', functions: {} }, {}],
    [{ functions: [{ name: 'f' }] }, { 'gen_ai.tool.definitions': '[{"type":"function","name":"f"}]' }],
  ])('%j → %j', (params, expected) => {
    expect(request(params).attributes).toEqual({ 'openai.api.type': 'chat_completions', ...expected });
  });

  it.each([undefined, null, 7, 'text', []])('is unknown in %j', (params) => {
    expect(request(params)).toEqual({
      target: undefined,
      streaming: false,
      attributes: { 'openai.api.type': 'chat_completions' },
    });
  });
});

describe('what a chat completion answered', () => {
  it('is told by the names of the conventions', () => {
    expect(
      response({
        id: 'chatcmpl-1',
        model: 'gpt-4o-2024-08-06',
        service_tier: 'default',
        system_fingerprint: 'fp_1',
        choices: [
          { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello' } },
          { index: 1, finish_reason: null, message: { role: 'assistant', refusal: 'No' } },
        ],
        usage: {
          prompt_tokens: 10,
          completion_tokens: 0,
          prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2, audio_tokens: 1 },
          completion_tokens_details: { reasoning_tokens: 3, audio_tokens: 5 },
        },
      }),
    ).toEqual({
      attributes: {
        'gen_ai.response.id': 'chatcmpl-1',
        'gen_ai.response.model': 'gpt-4o-2024-08-06',
        'gen_ai.response.finish_reasons': ['stop', 'error'],
        'openai.response.service_tier': 'default',
        'openai.response.system_fingerprint': 'fp_1',
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 0,
        'gen_ai.usage.cache_read.input_tokens': 4,
        'gen_ai.usage.cache_write.input_tokens': 2,
        'gen_ai.usage.audio.input_tokens': 1,
        'gen_ai.usage.reasoning.output_tokens': 3,
        'gen_ai.usage.audio.output_tokens': 5,
      },
      choices: [
        { index: 0, finishReason: 'stop', role: 'assistant', toolCalls: [], refused: false },
        { index: 1, finishReason: 'error', role: 'assistant', toolCalls: [], refused: true },
      ],
    });
  });

  it('names the tools that are to be called, in all forms', () => {
    const calls = [
      { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
      { id: 'b', type: 'custom', custom: { name: 'c', input: 'x' } },
      null,
    ];
    const messages = [{ tool_calls: calls }, { function_call: { name: 'old', arguments: '{}' } }];
    const { choices } = response({ choices: messages.map((message) => ({ message })) });
    expect(choices.map(({ index, toolCalls }) => ({ index, toolCalls }))).toEqual([
      {
        index: 0,
        toolCalls: [
          { id: 'a', type: 'function', name: 'f' },
          { id: 'b', type: 'custom', name: 'c' },
        ],
      },
      { index: 1, toolCalls: [{ id: undefined, type: undefined, name: 'old' }] },
    ]);
  });

  it('is bounded', () => {
    const choice = { message: { tool_calls: Array.from({ length: 1000 }, () => ({ id: 'a' })) } };
    const { choices } = response({ choices: Array.from({ length: 1000 }, () => choice) });
    expect(choices).toHaveLength(128);
    expect(choices[0]?.toolCalls).toHaveLength(128);
  });
});
