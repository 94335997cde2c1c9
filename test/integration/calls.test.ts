import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { collectGarbage } from '../support/garbage.js';
import { majors, sdk } from '../support/sdk.js';
import { Telemetry } from '../support/telemetry.js';

const telemetry = new Telemetry();
const hello = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Hello' }] };

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
beforeAll(async () => {
  api = await startFakeOpenAI();
});
beforeEach(() => telemetry.reset());
afterAll(() => api.close());

describe.each(majors)('a call of openai %i', (major) => {
  const { OpenAI } = sdk(major);
  telemetry.instrumentation.manuallyInstrument(OpenAI);

  it.each([1, 2])('that is tried again says how often: %i', async (times) => {
    const openai = new OpenAI({ apiKey: 'sk-test', baseURL: api.scenario(`status-500-times-${times}`), maxRetries: 3 });
    await openai.chat.completions.create(hello);
    expect(telemetry.span().attributes).toMatchObject({ 'http.request.resend_count': times });
  });

  it('that succeeds at once says nothing of it', async () => {
    await new OpenAI({ apiKey: 'sk-test', baseURL: api.url }).chat.completions.create(hello);
    expect(telemetry.span().attributes).not.toHaveProperty(['http.request.resend_count']);
  });

  it('whose response is awaited is not abandoned, though its promise is garbage', async () => {
    const openai = new OpenAI({ apiKey: 'sk-test', baseURL: api.scenario('delay-150'), maxRetries: 0 });
    const before = api.requests.length;
    // By a function, lest the promise of the SDK stay on this one's stack.
    const respond = () => openai.chat.completions.create(hello).asResponse();
    const response = respond();
    await expect.poll(() => api.requests.length, { interval: 5 }).toBe(before + 1);
    for (let round = 0; round < 5; round++) {
      collectGarbage();
      await new Promise(setImmediate);
    }
    expect((await response).status).toBe(200);
    const { attributes } = telemetry.span();
    expect(attributes).toMatchObject({ 'http.response.status_code': 200 });
    expect(attributes).not.toHaveProperty(['llm.abandoned']);
  });

  // SDK 7 sends the request again when reading the body takes too long.
  it.runIf(major === 7)('whose body comes too late has the headers of the response that was read', async () => {
    const body = JSON.stringify({ id: 'chatcmpl-2', object: 'chat.completion', model: 'gpt-4o', choices: [] });
    const bodies = [new ReadableStream(), body];
    let sent = 0;
    const fetch = async () =>
      new Response(bodies[sent++], { headers: { 'content-type': 'application/json', 'x-request-id': `req_${sent}` } });
    const openai = new OpenAI({ apiKey: 'sk-test', fetch, timeout: 50, maxRetries: 1 });
    await openai.chat.completions.create(hello);
    expect(sent).toBe(2);
    const { attributes } = telemetry.span();
    expect(attributes).toMatchObject({ 'llm.request_id': 'req_2', 'http.request.resend_count': 1 });
  });
});
