import { context } from '@opentelemetry/api';
import { OpenAI } from 'openai';
import { expect, it, onTestFinished } from 'vitest';
import { operationOfPath } from '../../src/operations/by-path.js';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { Recorder } from '../support/recorder.js';

it('knows the paths of each SDK', () => {
  for (const path of ['/chat/completions', 'chat/completions', '/v1/chat/completions', '/openai/v1/chat/completions']) {
    expect(operationOfPath(path)?.name).toBe('chat');
  }
  for (const path of ['/chat/completions/1', '/files', '/my/responses', 'https://h/v1/responses', 7, undefined]) {
    expect(operationOfPath(path)).toBeUndefined();
  }
  for (const path of ['responses', 'completions', 'embeddings', 'moderations', 'images/generations', 'audio/speech']) {
    expect(operationOfPath(path)).toBeDefined();
  }
});

it('a method of the SDK makes one span although it calls post(), without a context manager too', async () => {
  const api = await startFakeOpenAI();
  onTestFinished(() => api.close());
  const recorder = new Recorder();
  recorder.instrumentation.manuallyInstrument(OpenAI);
  context.disable();
  const client = new OpenAI({ apiKey: 'sk-pretend', baseURL: api.url });
  const body = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Hi' }] };
  await client.chat.completions.create(body);
  expect(recorder.takeOne().name).toBe('chat gpt-4o-mini');
  await client.post('/chat/completions', { body });
  expect(recorder.takeOne().name).toBe('chat gpt-4o-mini');
});
