import OpenAI from 'openai';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { Telemetry } from '../support/telemetry.js';

const telemetry = new Telemetry();
telemetry.instrumentation.manuallyInstrument(OpenAI);
let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
let openai: OpenAI;

beforeAll(async () => {
  api = await startFakeOpenAI();
  openai = new OpenAI({ apiKey: 'sk-test', baseURL: api.url });
});
afterAll(() => api.close());

async function stream(options: object = {}, left = false): Promise<void> {
  const messages = [{ role: 'user' as const, content: 'Say hello' }];
  const chunks = await openai.chat.completions.create({ model: 'gpt-4o-mini', stream: true, messages, ...options });
  for await (const _ of chunks) if (left) break;
}

it('warns once that the answer of a stream is missing from captured content', async () => {
  await telemetry.reset({ inspectStreams: true, captureMessageContent: true });
  await stream();
  await telemetry.reset();
  await stream();
  expect(telemetry.said('warn')).toEqual([]);

  await telemetry.reset({ captureMessageContent: true });
  await stream();
  await stream();
  expect(telemetry.said('warn')).toEqual([
    expect.stringMatching(/answer of a stream is not recorded.* set inspectStreams/),
  ]);
  telemetry.spans();
});

it('says once how to get the token usage of a stream', async () => {
  const other = new Telemetry({ inspectStreams: true });
  other.instrumentation.manuallyInstrument(OpenAI);
  await stream({ stream_options: { include_usage: true } });
  await stream({}, true);
  expect(other.said('info')).toEqual([]);
  await stream();
  await stream();
  expect(other.said('info')).toEqual([expect.stringMatching(/no token usage.*include_usage: true/)]);
  other.spans();
});
