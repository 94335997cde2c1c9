import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { Recorder } from '../support/recorder.js';
import { majors, sdk } from '../support/sdk.js';

/** Never to be seen in telemetry unless content is captured. */
const SECRET = 'secret-words';
const SAID = 'The answer is forty-two.';

const recorder = new Recorder();

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;

beforeAll(async () => {
  api = await startFakeOpenAI();
});
afterAll(() => api.close());

type Events = AsyncIterable<{ type: string }>;

/** What tests use of `client.beta.agents` of SDK v7. */
interface Agents {
  sessions: {
    create(params: object): Promise<Events & { finalResult(): Promise<{ turn_id: string }> }>;
    stream(id: string, params: object, options?: object): Events;
    events: { create(id: string, params: object): Promise<unknown>; stream(id: string): Promise<Events> };
    turns: { retrieve(id: string, params: object): Promise<unknown> };
  };
}

const PARAMS = {
  environment: { type: 'none' },
  agent_id: 'agent_1',
  agent: { model: 'gpt-6', instructions: SECRET },
  input: [{ role: 'user', content: [{ type: 'input_text', text: SECRET }] }],
};
const STREAMING = { ...PARAMS, stream: true };

async function drain(events: Events): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of events) types.push(type);
  return types;
}

const attributesOf = () => recorder.take().map(({ attributes }) => attributes);

// SDK v7 needs Node.js 22.
describe.skipIf(!majors.includes(7))('sessions of agents', () => {
  let agents: Agents;

  beforeAll(() => {
    const { OpenAI } = sdk(7);
    recorder.instrumentation.manuallyInstrument(OpenAI);
    agents = Reflect.get(new OpenAI({ apiKey: 'sk-test', baseURL: api.url, maxRetries: 0 }).beta, 'agents') as Agents;
  });
  beforeEach(() => recorder.instrumentation.setConfig({}));

  it('a stream of events is counted, and not read', async () => {
    const types = await drain(await agents.sessions.create(STREAMING));
    const span = recorder.takeOne();
    expect(span.name).toBe('invoke_agent');
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.attributes).toMatchObject({
      'gen_ai.request.model': 'gpt-6',
      'gen_ai.agent.id': 'agent_1',
      'llm.streaming': true,
      'llm.stream.end_reason': 'completed',
      'llm.stream.chunk_count': types.length,
    });
    expect(span.attributes).not.toHaveProperty('gen_ai.conversation.id');
    expect(JSON.stringify(span.attributes)).not.toContain(SECRET);
  });

  it('an inspected stream tells the session, and the usage of its turns together', async () => {
    recorder.instrumentation.setConfig({ inspectStreams: true });
    await drain(await agents.sessions.create(STREAMING));
    const [attributes] = attributesOf();
    expect(attributes).toMatchObject({
      'gen_ai.agent.id': 'agent_fake',
      'gen_ai.agent.name': 'Research',
      'gen_ai.conversation.id': expect.stringMatching(/^sess_fake/),
      'gen_ai.response.status': 'idle',
      // One turn of the agent, one of its subagent.
      'gen_ai.usage.input_tokens': 200,
      'gen_ai.usage.output_tokens': 40,
      'gen_ai.usage.cache_read.input_tokens': 80,
      'gen_ai.usage.reasoning.output_tokens': 10,
    });
    expect(JSON.stringify(attributes)).not.toContain('forty');
  });

  it('with content, it tells what was asked and what the agent said, not its subagents', async () => {
    recorder.instrumentation.setConfig({ inspectStreams: true, captureMessageContent: true });
    await drain(await agents.sessions.create(STREAMING));
    const [attributes = {}] = attributesOf();
    const parts = (content: string) => [{ type: 'text', content }];
    expect(JSON.parse(String(attributes['gen_ai.input.messages']))).toEqual([{ role: 'user', parts: parts(SECRET) }]);
    expect(JSON.parse(String(attributes['gen_ai.system_instructions']))).toEqual(parts(SECRET));
    expect(JSON.parse(String(attributes['gen_ai.output.messages']))).toEqual([
      { role: 'assistant', parts: parts(SAID), finish_reason: 'stop' },
    ]);
  });

  it('the usage of a turn is counted by the call that first sees it finished', async () => {
    await agents.sessions.turns.retrieve('turn_once', { session_id: 'sess_1' });
    await agents.sessions.turns.retrieve('turn_once', { session_id: 'sess_1' });
    const [first, second] = attributesOf();
    expect(first).toMatchObject({
      'gen_ai.operation.name': 'fetch_agent_turn',
      'gen_ai.response.id': 'turn_once',
      'gen_ai.response.status': 'completed',
      'gen_ai.conversation.id': 'sess_1',
      'gen_ai.agent.id': 'agent_fake',
      'gen_ai.usage.input_tokens': 100,
    });
    expect(second).not.toHaveProperty('gen_ai.usage.input_tokens');
  });

  it('a turn that failed is a failed call', async () => {
    await agents.sessions.turns.retrieve('turn_1', { session_id: 'sess_failing' });
    const { status, attributes } = recorder.takeOne();
    expect(status).toEqual({ code: SpanStatusCode.ERROR, message: 'The model is overloaded.' });
    expect(attributes).toMatchObject({ 'error.type': 'server_overloaded', 'gen_ai.response.status': 'failed' });
  });

  it('a session that failed is a failed call, if its stream is inspected', async () => {
    recorder.instrumentation.setConfig({ inspectStreams: true });
    await drain(await agents.sessions.create({ ...STREAMING, agent_id: 'agent_failing' }));
    const { status, attributes } = recorder.takeOne();
    expect(status).toEqual({ code: SpanStatusCode.ERROR, message: 'The session failed.' });
    expect(attributes).toMatchObject({ 'gen_ai.response.status': 'failed', 'llm.stream.end_reason': 'failed' });
  });

  it('events that are sent', async () => {
    recorder.instrumentation.setConfig({ captureMessageContent: true });
    await agents.sessions.events.create('sess_1', {
      events: [
        {
          type: 'agent.session.input.message',
          input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
        },
        {
          type: 'agent.session.input.tool_result',
          call_id: 'call_1',
          turn_id: 'turn_1',
          success: true,
          output: 'Rain',
        },
        { type: 'agent.session.input.cancel' },
      ],
    });
    const { name, attributes } = recorder.takeOne();
    expect(name).toBe('send_agent_events');
    expect(attributes).toMatchObject({ 'gen_ai.conversation.id': 'sess_1', 'http.response.status_code': 202 });
    expect(JSON.parse(String(attributes['gen_ai.input.messages']))).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'Hi' }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_1', response: 'Rain' }] },
    ]);
  });

  it('the helper of the SDK sends the input and follows one turn', async () => {
    recorder.instrumentation.setConfig({ inspectStreams: true });
    const types = await drain(agents.sessions.stream('sess_2', { input: SECRET }));
    expect(types.at(-1)).toBe('agent.session.idle');
    const spans = recorder.take();
    expect(spans.map(({ name }) => name).sort()).toEqual(['send_agent_events', 'stream_agent_events']);
    const stream = spans.find(({ name }) => name === 'stream_agent_events');
    // The helper itself aborts the request when it has seen the end of the turn.
    expect(stream?.attributes).toMatchObject({
      'gen_ai.conversation.id': 'sess_2',
      'gen_ai.usage.input_tokens': 200,
      'gen_ai.response.status': 'idle',
      'llm.stream.end_reason': 'aborted',
      'llm.stream.chunk_count': types.length,
    });
  });

  it('the result that the SDK collects is as without tracing', async () => {
    const stream = await agents.sessions.create(STREAMING);
    expect(await stream.finalResult()).toMatchObject({ turn: { status: 'completed' } });
    expect(recorder.takeOne().attributes['llm.stream.end_reason']).toMatch(/^(completed|cancelled|aborted)$/);
  });
});
