import { describe, expect, it } from 'vitest';
import { runsCreate, runsSubmitToolOutputs, threadsCreateAndRun } from '../../src/operations/assistants/assistants.js';

const run = {
  id: 'run_1',
  object: 'thread.run',
  assistant_id: 'asst_1',
  thread_id: 'thread_1',
  model: 'gpt-4o',
  status: 'queued',
  usage: null,
  last_error: null,
  required_action: null,
};

const call = { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } };
const asking = {
  ...run,
  status: 'requires_action',
  required_action: { type: 'submit_tool_outputs', submit_tool_outputs: { tool_calls: [call] } },
};

const facts = {
  'gen_ai.response.id': 'run_1',
  'gen_ai.response.model': 'gpt-4o',
  'gen_ai.agent.id': 'asst_1',
  'gen_ai.conversation.id': 'thread_1',
};

describe('the parameters of a run', () => {
  it('tell assistant, thread and model', () => {
    const params = {
      assistant_id: 'asst_1',
      model: 'gpt-4o',
      temperature: 0,
      max_completion_tokens: 5,
      reasoning_effort: 'low',
      response_format: { type: 'json_object' },
      tools: [{ type: 'code_interpreter' }, { type: 'function', function: { name: 'get_weather' } }],
      stream: true,
    };
    const attributes = {
      'gen_ai.agent.id': 'asst_1',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.request.temperature': 0,
      'gen_ai.request.max_tokens': 5,
      'gen_ai.request.reasoning.level': 'low',
      'gen_ai.output.type': 'json',
      'gen_ai.tool.definitions':
        '[{"type":"code_interpreter","name":"code_interpreter"},{"type":"function","name":"get_weather"}]',
    };
    expect(threadsCreateAndRun.request([params])).toEqual({ streaming: true, attributes });
    expect(runsCreate.request(['thread_1', params])).toEqual({
      streaming: true,
      attributes: { ...attributes, 'gen_ai.conversation.id': 'thread_1' },
    });
  });

  it.each([
    ['SDK v4', ['thread_1', 'run_1', { tool_outputs: [], stream: true }]],
    ['SDK v5 and later', ['run_1', { thread_id: 'thread_1', tool_outputs: [], stream: true }]],
  ])('tell the thread that tool outputs are for: %s', (_, args) => {
    expect(runsSubmitToolOutputs.request(args)).toEqual({
      streaming: true,
      attributes: { 'gen_ai.conversation.id': 'thread_1' },
    });
  });

  it('say messages and instructions', () => {
    const content = [
      { type: 'text', text: 'What is this?' },
      { type: 'image_file', image_file: { file_id: 'file-1' } },
      { type: 'image_url', image_url: { url: 'https://images.example/a.png' } },
    ];
    const messages = [{ role: 'user', content }];
    const inputMessages = [
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'What is this?' },
          { type: 'file', modality: 'image', file_id: 'file-1' },
          { type: 'uri', modality: 'image', uri: 'https://images.example/a.png' },
        ],
      },
    ];
    const systemInstructions = [{ type: 'text', content: 'Be brief.' }];
    expect(threadsCreateAndRun.input?.([{ thread: { messages }, instructions: 'Be brief.' }])).toEqual({
      inputMessages,
      systemInstructions,
    });
    expect(runsCreate.input?.(['t', { additional_messages: messages, additional_instructions: 'Be brief.' }])).toEqual({
      inputMessages,
      systemInstructions,
    });
    expect(runsCreate.input?.(['t', { assistant_id: 'asst_1' }])).toEqual({ inputMessages: [] });
  });

  it('say the outputs of tools', () => {
    const tool_outputs = [{ tool_call_id: 'call_1', output: '18 °C' }];
    expect(runsSubmitToolOutputs.input?.(['run_1', { thread_id: 'thread_1', tool_outputs }])).toEqual({
      inputMessages: [{ role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_1', response: '18 °C' }] }],
    });
  });
});

describe('a run', () => {
  it.each(['queued', 'in_progress', 'cancelling'])('that is %s has said nothing yet', (status) => {
    expect(runsCreate.response({ ...run, status })).toEqual({
      attributes: { ...facts, 'gen_ai.response.status': status },
      choices: [],
      failure: undefined,
    });
  });

  it.each([
    ['completed', {}, 'stop'],
    ['incomplete', { incomplete_details: { reason: 'max_completion_tokens' } }, 'length'],
    ['incomplete', { incomplete_details: { reason: 'max_prompt_tokens' } }, 'length'],
    ['incomplete', { incomplete_details: null }, 'error'],
    ['cancelled', {}, 'error'],
    ['expired', {}, 'error'],
  ])('that is %s %j has finish reason %s', (status, details, reason) => {
    const response = runsCreate.response({ ...run, status, ...details });
    expect(response.attributes['gen_ai.response.finish_reasons']).toEqual([reason]);
    expect(response.choices).toMatchObject([{ index: 0, role: 'assistant' }]);
    expect(response.failure).toBeUndefined();
  });

  it('that wants tools called names them', () => {
    const { choices } = runsCreate.response(asking);
    expect(choices).toEqual([
      {
        index: 0,
        role: 'assistant',
        finishReason: 'tool_calls',
        toolCalls: [{ id: 'call_1', type: 'function', name: 'get_weather' }],
      },
    ]);
    expect(runsCreate.output?.(asking)).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris"}' }],
        finish_reason: 'tool_calls',
      },
    ]);
  });

  it('that failed is a failure', () => {
    const last_error = { code: 'server_error', message: 'Sorry.' };
    const { failure, attributes } = runsCreate.response({ ...run, status: 'failed', last_error });
    expect(failure).toEqual({ message: 'Sorry.', code: 'server_error' });
    expect(attributes['gen_ai.response.finish_reasons']).toEqual(['error']);
    expect(runsCreate.response({ ...run, status: 'failed' }).failure).toEqual({});
  });
});

describe('the stream of a run', () => {
  const delta = (id: string, index: number, part: object) => ({
    event: 'thread.message.delta',
    data: { id, delta: { content: [{ index, ...part }] } },
  });
  const text = (value: string) => ({ type: 'text', text: { value } });

  it('is the run as it was last reported, and what its messages say', () => {
    const assembly = runsCreate.assemble?.(100);
    assembly?.add({ event: 'thread.created', data: { id: 'thread_1' } });
    assembly?.add({ event: 'thread.run.created', data: run });
    assembly?.add(delta('msg_1', 0, text('Hel')));
    assembly?.add(delta('msg_1', 0, text('lo')));
    assembly?.add(delta('msg_1', 1, { type: 'image_file', image_file: { file_id: 'file-1' } }));
    assembly?.add(delta('msg_2', 0, { type: 'refusal', refusal: 'No.' }));
    assembly?.add({ event: 'thread.message.completed', data: { id: 'msg_1' } });
    const usage = { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 };
    assembly?.add({ event: 'thread.run.completed', data: { ...run, status: 'completed', usage } });
    assembly?.add({ event: 'thread.run.step.completed', data: { id: 'step_1', status: 'completed' } });
    assembly?.add({ event: 'done', data: '[DONE]' });
    const body = assembly?.body();
    expect(runsCreate.response(body).attributes).toEqual({
      ...facts,
      'gen_ai.response.status': 'completed',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 20,
      'gen_ai.usage.output_tokens': 5,
    });
    expect(runsCreate.output?.(body)).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'text', content: 'Hello' },
          { type: 'file', modality: 'image', file_id: 'file-1' },
          { type: 'refusal', content: 'No.' },
        ],
        finish_reason: 'stop',
      },
    ]);
  });

  it('that failed is a failure', () => {
    const assembly = runsCreate.assemble?.(0);
    const last_error = { code: 'server_error', message: 'Sorry.' };
    assembly?.add({ event: 'thread.run.failed', data: { ...run, status: 'failed', last_error } });
    expect(runsCreate.response(assembly?.body()).failure).toEqual({ message: 'Sorry.', code: 'server_error' });
  });
});
