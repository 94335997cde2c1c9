import type { OpenAI } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackgroundUsage } from '../../src/calls/background-usage.js';
import { listen } from '../support/http-server.mjs';
import { Recorder } from '../support/recorder.js';
import { majors, sdk } from '../support/sdk.js';

const recorder = new Recorder({ captureMessageContent: 'span', inspectStreams: true });

/** The bodies that the server answers with, in this order. */
let bodies: object[] = [];
let server: Awaited<ReturnType<typeof listen>>;

beforeAll(async () => {
  server = await listen(
    (request, response) => {
      const body = bodies.shift() ?? {};
      const isStream = request.url?.includes('stream=true') ?? false;
      response.setHeader('content-type', isStream ? 'text/event-stream' : 'application/json');
      const event = { type: 'response.completed', response: body };
      response.end(isStream ? `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n` : JSON.stringify(body));
    },
    { port: 0 },
  );
});
afterAll(() => server.close());

const usage = { input_tokens: 30, output_tokens: 80, total_tokens: 110 };
const output = [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Done.' }] }];

function response(id: string, status: string, background: boolean | undefined = true) {
  const isComplete = status === 'completed';
  return {
    id,
    object: 'response',
    model: 'm',
    status,
    background,
    output: isComplete ? output : [],
    usage: isComplete ? usage : null,
  };
}

/** What each span of the last calls says of status, usage and output. */
function taken() {
  return recorder
    .take()
    .map(({ name, attributes }) => [
      name,
      attributes['gen_ai.response.status'],
      attributes['gen_ai.usage.input_tokens'],
      'gen_ai.output.messages' in attributes,
    ]);
}

describe.each(majors)('a background response of SDK v%i', (major) => {
  const { OpenAI } = sdk(major);
  let client: OpenAI;
  beforeAll(() => {
    recorder.instrumentation.manuallyInstrument(OpenAI);
    client = new OpenAI({ apiKey: 'k', baseURL: server.origin, maxRetries: 0 });
  });

  const create = () => client.responses.create({ model: 'm', input: 'go', background: true });

  it.each([true, undefined])(
    'is counted by the poll that first sees it complete (background: %j)',
    async (background) => {
      const id = `resp_${major}_${background}`;
      bodies = ['queued', 'queued', 'in_progress', 'completed', 'completed'].map((status) =>
        response(id, status, background),
      );
      await create();
      for (let poll = 0; poll < 4; poll++) await client.responses.retrieve(id);
      expect(taken()).toEqual([
        ['chat m', 'queued', undefined, false],
        ['fetch_response', 'queued', undefined, false],
        ['fetch_response', 'in_progress', undefined, false],
        ['fetch_response', 'completed', 30, true],
        ['fetch_response', 'completed', undefined, true],
      ]);
    },
  );

  it('that another process created is counted, once', async () => {
    const id = `resp_${major}_elsewhere`;
    bodies = [response(id, 'completed'), response(id, 'completed')];
    await client.responses.retrieve(id);
    await client.responses.retrieve(id);
    expect(taken().map(([, , tokens]) => tokens)).toEqual([30, undefined]);
  });

  it('that is fetched as a stream is counted, once', async () => {
    const id = `resp_${major}_streamed`;
    bodies = [response(id, 'queued'), response(id, 'completed'), response(id, 'completed')];
    await create();
    for await (const _ of await client.responses.retrieve(id, { stream: true }));
    await client.responses.retrieve(id);
    expect(taken().map(([, , tokens]) => tokens)).toEqual([undefined, 30, undefined]);
  });

  it('that is complete at once is counted by create alone', async () => {
    const id = `resp_${major}_fast`;
    bodies = [response(id, 'completed'), response(id, 'completed')];
    await create();
    await client.responses.retrieve(id);
    expect(taken().map(([, , tokens]) => tokens)).toEqual([30, undefined]);
  });

  it('is none if the API says so', async () => {
    const id = `resp_${major}_plain`;
    bodies = [response(id, 'completed', false), response(id, 'completed', false)];
    await client.responses.create({ model: 'm', input: 'go' });
    await client.responses.retrieve(id);
    expect(taken().map(([name, status, tokens]) => [name, status, tokens])).toEqual([
      ['chat m', undefined, 30],
      ['fetch_response', 'completed', undefined],
    ]);
  });
});

it('remembers a bounded number of responses, the latest ones', () => {
  const reports = new BackgroundUsage();
  const complete = (id: number) => ({ id: `${id}`, declared: true, usage: { a: 1 } });
  for (let id = 0; id < 20_000; id++) expect(reports.isFirst(complete(id))).toBe(true);
  expect(reports.isFirst(complete(19_999))).toBe(false);
  expect(reports.isFirst(complete(10_000))).toBe(false);
  expect(reports.isFirst(complete(0))).toBe(true);
});
