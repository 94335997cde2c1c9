import { APIError } from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Application, named } from './support/application.js';
import { scriptedModel } from './support/scripted-model.js';

const app = new Application();
const { Agent, MaxTurnsExceededError, run, tool, withTrace, createCustomSpan, withCustomSpan } = app.agents;
afterEach(() => {
  expect(app.said).toEqual([]);
});

const SECRET = 'SECRET';
/** All that the spans of the application say. */
const said = (spans: ReturnType<Application['take']>) =>
  JSON.stringify(spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]));

class HttpError extends Error {}
/** Errors of an application that look like those whose messages are recorded. */
const lookalikes: Record<string, () => unknown> = {
  'with the name of an error of the Agents SDK': () =>
    Object.assign(new Error(SECRET), { name: 'MaxTurnsExceededError' }),
  'of a class with the name of one': () => new (class ToolTimeoutError extends Error {})(SECRET),
  'of a class of the Agents SDK, with a text of its own': () => new MaxTurnsExceededError(SECRET),
  'with the properties of an API error': () =>
    Object.assign(new HttpError(SECRET), { status: 400, headers: new Headers(), requestID: 'req_1' }),
};

describe('without captured content', () => {
  it.each(Object.keys(lookalikes))('nothing is said of an error %s', async (kind) => {
    const error = lookalikes[kind]?.();
    await expect(withTrace('Failing', () => Promise.reject(error))).rejects.toBe(error);
    const spans = app.take();
    expect(named(spans, 'invoke_workflow').status.code).toBe(2);
    expect(said(spans)).not.toContain(SECRET);
  });

  it.each([
    `Alice: ${SECRET}`,
    `ToolTimeoutError: ${SECRET}`,
    `MaxTurnsExceededError: Max turns (1) exceeded by ${SECRET}`,
    `Tool 'lookup' timed out after ${SECRET} after 5ms.`,
    `Max turns (1) exceeded\n${SECRET}`,
  ])('nothing of a text that is thrown or set: %s', async (message) => {
    const failing = tool({
      name: 'lookup',
      description: 'Fails',
      parameters: z.object({}),
      execute: () => Promise.reject(message),
    });
    await withTrace('Texts', async () => {
      await withCustomSpan(() => Promise.reject(message), { data: { name: 'thrown', data: {} } }).catch(() => {});
      const span = createCustomSpan({ data: { name: 'set', data: {} } });
      span.start();
      span.setError({ message });
      span.end();
      await run(new Agent({ name: 'A', model: scriptedModel(app.agents, 'lookup', 1), tools: [failing] }), 'Hi');
    });
    const spans = app.take();
    for (const name of ['thrown', 'set', 'execute_tool']) expect(named(spans, name).status.code).toBe(2);
    expect(said(spans)).not.toContain(SECRET);
    expect(said(spans)).not.toContain('Alice');
  });

  it('the class of an error is known from its text, if it is named as one', async () => {
    await withTrace('Texts', () => {
      const span = createCustomSpan({ data: { name: 'set', data: {} } });
      span.start();
      span.setError({ message: `TypeError: ${SECRET}` });
      span.end();
      return Promise.resolve();
    });
    expect(named(app.take(), 'set').attributes['error.type']).toBe('TypeError');
  });

  it('errors of the API keep their message', async () => {
    const error = APIError.generate(429, { error: { message: 'Slow down' } }, undefined, new Headers());
    await expect(withTrace('Failing', () => Promise.reject(error))).rejects.toBe(error);
    expect(named(app.take(), 'invoke_workflow')).toMatchObject({
      status: { code: 2, message: '429 Slow down' },
      attributes: { 'error.type': 'RateLimitError' },
    });
  });
});

it.each(['a string', 42, null, undefined, new Error('no')])(
  'a streamed run that rejects with %s has failed',
  async (reason) => {
    const model = scriptedModel(app.agents, 'none', 0);
    // biome-ignore lint/correctness/useYield: it fails before its first event
    model.getStreamedResponse = async function* () {
      throw reason;
    };
    const agent = new Agent({ name: 'A', model });
    const result = await run(agent, 'Hi', { stream: true });
    await expect(result.completed).rejects.toBe(reason);
    await app.settled();
    const workflow = named(app.take(), 'invoke_workflow');
    expect(workflow.status.code).toBe(2);
    expect(workflow.attributes['error.type']).toBe(reason instanceof Error ? 'Error' : '_OTHER');
  },
);
