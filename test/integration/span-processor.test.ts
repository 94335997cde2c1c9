import { trace } from '@opentelemetry/api';
import OpenAI from 'openai';
import { ContextAttributesSpanProcessor, withAttributes } from 'opentelemetry-instrumentation-openai';
import { expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { Telemetry } from '../support/telemetry.js';

const telemetry = new Telemetry({}, [new ContextAttributesSpanProcessor()]);
telemetry.instrumentation.manuallyInstrument(OpenAI);

it('puts the attributes of withAttributes on the spans of others, and overrides none of their own', async () => {
  const api = await startFakeOpenAI();
  const openai = new OpenAI({ apiKey: 'sk-test', baseURL: api.url });
  const tracer = trace.getTracer('another');

  await withAttributes({ 'gen_ai.conversation.id': 'chat-1', owner: 'ours' }, async () => {
    tracer.startSpan('plain').end();
    tracer.startSpan('own', { attributes: { owner: 'theirs' } }).end();
    await openai.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] });
  });
  tracer.startSpan('outside').end();
  await api.close();

  const [plain, own, chat, outside] = telemetry.spans();
  expect(plain?.attributes).toEqual({ 'gen_ai.conversation.id': 'chat-1', owner: 'ours' });
  expect(own?.attributes).toEqual({ 'gen_ai.conversation.id': 'chat-1', owner: 'theirs' });
  expect(chat?.attributes).toMatchObject({ 'gen_ai.conversation.id': 'chat-1', owner: 'ours' });
  expect(outside?.attributes).toEqual({});
  const processor = new ContextAttributesSpanProcessor();
  await expect(Promise.all([processor.forceFlush(), processor.shutdown()])).resolves.toBeDefined();
});
