import OpenAI from 'openai';
import { beforeEach, describe, expect, it } from 'vitest';
import { Telemetry } from '../support/telemetry.js';

const telemetry = new Telemetry();
telemetry.instrumentation.manuallyInstrument(OpenAI);
beforeEach(() => telemetry.reset());

/** A provider that repeats the key that it does not accept. */
function clientOf(apiKey: string | (() => Promise<string>), status: number) {
  const answer = (_: unknown, init: RequestInit = {}) => {
    const key = new Headers(init.headers).get('authorization')?.replace('Bearer ', '');
    const body = JSON.stringify({ error: { message: `Invalid API key: ${key}.`, code: 'invalid_api_key' } });
    return Promise.resolve(new Response(body, { status, headers: { 'content-type': 'application/json' } }));
  };
  return new OpenAI({ apiKey, baseURL: 'http://127.0.0.1:9/v1', maxRetries: 0, fetch: answer as never });
}

const KEYS = ['gsk_abcdefabcdefabcdef', 'AIzaSyAbcdef_ghi', 'xai-abcdef', 'sk-1234', 'opaquetoken', 'eyJabc.def.ghi'];

describe.each([401, 200])('an answer of status %i that repeats the API key', (status) => {
  it.each(KEYS)('%s is on no span', async (key) => {
    for (const apiKey of [key, async () => key]) {
      const client = clientOf(apiKey, status);
      await client.chat.completions.create({ model: 'm', messages: [] }).catch(() => {});
      await client.embeddings.create({ model: 'm', input: 'x' }).catch(() => {});
      const spans = telemetry
        .spans()
        .map(({ name, attributes, status, events }) => ({ name, attributes, status, events }));
      expect(spans).toHaveLength(2);
      expect(JSON.stringify(spans)).not.toContain(key);
      expect(spans[0]?.status.message).toContain('Invalid API key: ');
    }
  });
});
