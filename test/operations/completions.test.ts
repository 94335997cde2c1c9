import { describe, expect, it } from 'vitest';
import { completions } from '../../src/operations/completions.js';

const choice = (index: number, text: string, finish_reason: string | null) => ({
  index,
  text,
  finish_reason,
  logprobs: { tokens: [text], token_logprobs: [-0.1] },
});

const user = (content: string) => ({ role: 'user', parts: [{ type: 'text', content }] });
const assistant = (content: string, finish_reason: string) => ({
  role: 'assistant',
  parts: [{ type: 'text', content }],
  finish_reason,
});

describe('completions.create', () => {
  it.each([
    ['a string', 'Once', [user('Once')]],
    ['several strings', ['Once', 'Twice'], [user('Once'), user('Twice')]],
    ['tokens', [1, 2, 3], []],
    ['several lists of tokens', [[1], [2, 3]], []],
    ['nothing', null, []],
  ])('takes a prompt of %s', (_, prompt, inputMessages) => {
    expect(completions.input?.([{ prompt }])).toEqual({ inputMessages });
  });

  it('describes what is asked for', () => {
    const params = { model: 'm', prompt: 'x', n: 2, best_of: 3, logprobs: 5, stop: ['a', 'b'], presence_penalty: 0 };
    expect(completions.request([params])).toEqual({
      target: 'm',
      streaming: false,
      attributes: {
        'gen_ai.request.model': 'm',
        'gen_ai.request.choice.count': 2,
        'gen_ai.request.stop_sequences': ['a', 'b'],
        'gen_ai.request.presence_penalty': 0,
      },
    });
    expect(completions.request([{ prompt: 'x', n: 1, stream: true }], 'deployed')).toEqual({
      target: 'deployed',
      streaming: true,
      attributes: { 'gen_ai.request.model': 'deployed' },
    });
  });

  it('describes every choice', () => {
    const body = { id: 'cmpl-1', model: 'm', choices: [choice(0, 'a', 'stop'), choice(1, 'b', null)] };
    const { attributes, choices } = completions.response(body);
    expect(attributes).toEqual({
      'gen_ai.response.id': 'cmpl-1',
      'gen_ai.response.model': 'm',
      'gen_ai.response.finish_reasons': ['stop', 'error'],
    });
    expect(choices).toEqual([
      { index: 0, finishReason: 'stop' },
      { index: 1, finishReason: 'error' },
    ]);
    expect(completions.output?.({ choices: [choice(0, 'a', 'stop')] })).toEqual([assistant('a', 'stop')]);
  });

  it('puts a stream together, whatever the order of its choices', () => {
    const assembly = completions.assemble?.(4);
    const chunk = (...choices: unknown[]) => assembly?.add({ id: 'cmpl-1', model: 'm', choices, usage: null });
    chunk(choice(1, 'bb', null));
    chunk(choice(0, 'aaa', null), choice(1, 'b', 'stop'));
    chunk(choice(0, 'aaa', null));
    chunk(choice(0, '', 'length'));
    assembly?.add({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 9 } });
    const body = assembly?.body();
    expect(completions.response(body).attributes).toEqual({
      'gen_ai.response.id': 'cmpl-1',
      'gen_ai.response.model': 'm',
      'gen_ai.response.finish_reasons': ['length', 'stop'],
      'gen_ai.usage.input_tokens': 1,
      'gen_ai.usage.output_tokens': 9,
    });
    // One character more than wanted shows that something is missing.
    expect(completions.output?.(body)).toEqual([assistant('aaaaa', 'length'), assistant('bbb', 'stop')]);
  });
});
