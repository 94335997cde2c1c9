import { describe, expect, it, vi } from 'vitest';
import { PendingCalls } from '../../src/tools/pending-calls.js';

const call = (id: unknown, name: string, json?: unknown) => ({ id, function: { name, arguments: json } });
const asking = (...tool_calls: unknown[]) => ({ role: 'assistant', tool_calls });
const use = (name: string, argument?: unknown) => ({ name, description: undefined, argument });

describe('a run of a tool function belongs to', () => {
  it('the call of its name, once', () => {
    const pending = new PendingCalls({ messages: [asking(call('a', 'search'), call('b', 'fetch'))] });
    expect(pending.take(use('fetch'))).toBe('b');
    expect(pending.take(use('fetch'))).toBeUndefined();
    expect(pending.take(use('search'))).toBe('a');
    expect(pending.take(use('other'))).toBeUndefined();
  });

  it('the call with its arguments, as text or parsed, if several have its name', () => {
    const messages = [asking(call('a', 'f', '{'), call('b', 'f', '{"n":[1]}'), call('c', 'f', '{"n":[2]}'))];
    const pending = new PendingCalls({ messages });
    expect(pending.take(use('f', { n: [2] }))).toBe('c');
    expect(pending.take(use('f', '{"n":[1]}'))).toBe('b');
    expect(pending.take(use('f', { n: [3] }))).toBe('a');
  });

  it('the first of them, if none has its arguments', () => {
    const pending = new PendingCalls({ messages: [asking(call('a', 'f', '{"n":1}'), call('b', 'f', '{"n":2}'))] });
    expect(pending.take(use('f', { n: 3 }))).toBe('a');
  });

  it('the first of very many, each of which is parsed once', () => {
    const calls = Array.from({ length: 500 }, (_, i) => call(`call_${i}`, 'f', `{"n":${i}}`));
    const pending = new PendingCalls({ messages: [asking(...calls)] });
    const parse = vi.spyOn(JSON, 'parse');
    for (const { id } of calls) expect(pending.take(use('f', { n: 'changed' }))).toBe(id);
    expect(parse.mock.calls.length).toBeLessThanOrEqual(calls.length);
  });

  it('a call of the latest message that has some', () => {
    const runner = { messages: [asking(call('a', 'f')), { role: 'tool' }, asking(call('b', 'f')), { role: 'tool' }] };
    const pending = new PendingCalls(runner);
    expect(pending.take(use('f'))).toBe('b');
    runner.messages.push(asking(call('c', 'f')));
    expect(pending.take(use('f'))).toBe('c');
    expect(pending.take(use('f'))).toBeUndefined();
  });

  it.each([
    ['there are no messages', {}],
    ['the first message asks for no tool', { messages: [{ role: 'user' }] }],
    ['calls are of another shape', { messages: [asking(null, 7, { function: 7 })] }],
    ['the id is no text', { messages: [asking(call(7, 'f'))] }],
  ])('no call that is known, if %s', (_, runner) => {
    expect(new PendingCalls(runner).take(use('f'))).toBeUndefined();
  });
});
