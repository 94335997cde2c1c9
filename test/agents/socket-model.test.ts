import { createRequire } from 'node:module';
import type { Model } from '@openai/agents';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startFakeSockets } from '../support/fake-openai/sockets/index.mjs';
import { Application, lineage, named } from './support/application.js';

type Response = { id: string; usage: { input_tokens: number; output_tokens: number }; output: never[] };
type Socket = {
  on(type: string, listener: (event: { response: Response }) => void): void;
  send(message: object): void;
  close(): void;
  socket: { platformSocket: { once(event: string, listener: () => void): void } };
};

const app = new Application();
const { Agent, Usage, run, withGenerationSpan } = app.agents;
const require = createRequire(new URL('../sdk/6/package.json', import.meta.url));
const { OpenAI } = require('openai') as typeof import('openai');
const { ResponsesWS } = require('openai/resources/responses/ws') as { ResponsesWS: new (client: unknown) => Socket };

let server: Awaited<ReturnType<typeof startFakeSockets>>;
beforeAll(async () => {
  server = await startFakeSockets({ tls: false });
});
afterAll(() => server.close());

/** A model that an application writes itself, and that asks over a socket which stays open. */
function socketModel(ws: Socket): Model {
  const completed = () =>
    new Promise<Response>((resolve) => {
      ws.on('response.completed', ({ response }) => resolve(response));
    });
  return {
    getResponse: ({ input }) =>
      withGenerationSpan(async () => {
        const answer = completed();
        ws.send({ type: 'response.create', model: 'gpt-4.1', input });
        const { id, usage, output } = await answer;
        const { input_tokens: inputTokens, output_tokens: outputTokens } = usage;
        const total = { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
        return { usage: new Usage(total), output, responseId: id };
      }) as never,
    async *getStreamedResponse() {},
  };
}

it('a model call over a socket has one span, in its run', async () => {
  const ws = new ResponsesWS(new OpenAI({ apiKey: 'sk-test', baseURL: server.url }));
  const agent = new Agent({ name: 'guide', model: socketModel(ws) });
  await app.step('request', () => run(agent, 'Hello'));
  const closed = new Promise<void>((resolve) => ws.socket.platformSocket.once('close', resolve));
  ws.close();
  await closed;

  const spans = app.take();
  const workflow = 'request > invoke_workflow Agent workflow';
  expect(lineage(spans)).toEqual([
    'responses_session',
    'request',
    workflow,
    `${workflow} > invoke_agent guide`,
    `${workflow} > invoke_agent guide > chat gpt-4.1`,
  ]);
  expect(named(spans, 'chat').attributes).toMatchObject({
    'gen_ai.agent.name': 'guide',
    'gen_ai.usage.output_tokens': expect.any(Number),
    'server.address': '127.0.0.1',
  });
});
