import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { OpenAIAgentsInstrumentation } from 'opentelemetry-instrumentation-openai/agents';
import { expect, test } from 'vitest';
import { holds } from '../support/property.js';
import { Telemetry } from '../support/telemetry.js';
import { runs } from './runs.js';

/** Messages of either side in any order, with any fields missing, wrong or twice, on classes in the shape of the SDKs'. */

const telemetry = new Telemetry();
const agents = new OpenAIAgentsInstrumentation({ captureMessageContent: true });

class Socket extends EventEmitter {
  readyState = 1;
  url = 'wss://127.0.0.1/v1/realtime?model=m';
  send(): void {}
  close(): void {}
}

/** In the shape of `OpenAIRealtimeWS`. */
class Realtime {
  url = 'wss://127.0.0.1/v1/realtime?model=m';
  declare socket: Socket;
  constructor(socket: Socket) {
    this.socket = socket;
  }
  send(_: unknown): void {}
  _emit(..._: unknown[]): void {}
  _onError(..._: unknown[]): void {}
}

/** In the shape of `ResponsesWS`. */
class Responses {
  _client = { baseURL: 'https://127.0.0.1/v1' };
  declare socket: Socket;
  constructor(socket: Socket) {
    this.socket = socket;
  }
  send(_: unknown): void {}
  sendRaw(_: unknown): void {}
  _emit(..._: unknown[]): void {}
  _onError(..._: unknown[]): void {}
}

/** In the shape of the transport and the session of the Agents SDK. */
class Transport extends EventEmitter {
  connectionState: { websocket: Socket };
  constructor(websocket: Socket) {
    super();
    this.connectionState = { websocket };
    this.on('error', () => {});
  }
  sendEvent(_: unknown): void {}
  sendFunctionCallOutput(..._: unknown[]): void {}
}
class Session extends EventEmitter {
  currentAgent: unknown;
  transport: Transport;
  constructor(transport: Transport, agent: unknown) {
    super();
    this.transport = transport;
    this.currentAgent = agent;
    this.on('error', () => {});
  }
  async connect(): Promise<void> {
    this.transport.emit('connection_change', 'connecting');
  }
  async approve(_: unknown): Promise<void> {}
  async reject(_: unknown): Promise<void> {}
}
const bundle = { OpenAIRealtimeBase: Transport, OpenAIRealtimeWebSocket: Transport, RealtimeSession: Session };
for (const target of [Realtime, Responses, bundle]) telemetry.instrumentation.manuallyInstrument(target);
agents.manuallyInstrument(bundle);

const TYPES = [
  'session.created',
  'session.updated',
  'session.update',
  'response.create',
  'response.created',
  'response.in_progress',
  'response.output_item.done',
  'response.output_text.delta',
  'response.output_audio.delta',
  'response.completed',
  'response.failed',
  'response.incomplete',
  'response.done',
  'response.cancel',
  'error',
  'input_audio_buffer.speech_stopped',
  'input_audio_buffer.committed',
  'conversation.item.create',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.input_audio_transcription.failed',
];
const id = fc.constantFrom<unknown>('a', 'b', 'c', '', null, undefined, 7, {}, { toString: null });
const odd = fc.oneof(id, fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>);
const response = fc.record(
  { id, status: fc.constantFrom('completed', 'cancelled', 'failed', 7), status_details: odd, output: odd, usage: odd },
  { requiredKeys: [] },
);
const error = fc.record({ event_id: id, code: fc.constantFrom('conversation_already_has_active_response', 7) });
const message = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        type: fc.constantFrom<unknown>(...TYPES, 'what', 7),
        event_id: id,
        response_id: id,
        item_id: id,
        stream_id: fc.constantFrom<unknown>('lane', undefined, 7),
        response: fc.oneof(response, odd),
        session: odd,
        item: odd,
        error: fc.oneof(error, odd),
        transcript: odd,
        usage: odd,
        delta: odd,
      },
      { requiredKeys: ['type'] },
    ),
  },
  { weight: 1, arbitrary: odd },
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('receive' as const), message }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('send' as const), message }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('socket' as const),
      name: fc.constantFrom('open', 'upgrade', 'unexpected-response', 'message', 'ping', 'close'),
      message: odd,
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function settle(): void {
  telemetry.instrumentation.disable();
  agents.disable();
  telemetry.instrumentation.enable();
  agents.enable();
}

function expectNoFaults(): void {
  expect([...telemetry.said('error'), ...telemetry.said('warn')]).toEqual([]);
  telemetry.diagLines.length = 0;
}

test.each([Realtime, Responses])('any messages over %o', async (Class) => {
  await telemetry.reset({ captureMessageContent: true, inspectStreams: true });
  let responses = 0;
  await holds(
    `messages over ${Class.name}`,
    runs(100),
    [fc.array(step, { maxLength: 40, size: 'max' })],
    (steps: Step[]) => {
      const socket = new Socket();
      const rt = new Class(socket);
      for (const { do: what, ...given } of steps) {
        if (what === 'receive') rt._emit('event', given.message);
        else if (what === 'send') rt.send(given.message);
        else socket.emit((given as { name: string }).name, given.message, given.message);
      }
      settle();
      // Each message begins one thing at most.
      const spans = telemetry.spans();
      responses += spans.length - 1;
      expect(spans.length).toBeLessThanOrEqual(steps.length + 1);
      expectNoFaults();
    },
  );
  expect(responses).toBeGreaterThan(runs(100));
});

const agent = fc.oneof(
  fc.record({ name: id, handoffs: fc.array(fc.oneof(fc.record({ name: id, toolName: id, agentName: id }), odd)) }),
  odd,
);
const details = fc.record({ toolCall: fc.oneof(fc.record({ callId: id, arguments: odd }), odd) });
const event = fc.oneof(
  fc.record({
    on: fc.constant('transport' as const),
    name: fc.constantFrom('*', '*', '*', 'function_call', 'error', 'connection_change', 'what'),
    args: fc.tuple(
      fc.oneof(
        { weight: 3, arbitrary: message },
        { weight: 1, arbitrary: fc.record({ name: id, callId: id }) },
        { weight: 1, arbitrary: fc.constantFrom('connecting', 'disconnected') },
      ),
    ),
  }),
  fc.record({
    on: fc.constant('session' as const),
    name: fc.constantFrom('agent_tool_start', 'agent_handoff', 'guardrail_tripped', 'error', 'what'),
    args: fc.tuple(odd, agent, odd, fc.oneof(details, odd)),
  }),
  fc.record({
    on: fc.constant('method' as const),
    name: fc.constantFrom('sendEvent', 'sendFunctionCallOutput', 'approve', 'reject', 'connect'),
    args: fc.tuple(message, odd),
  }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

test('any events of a voice session', async () => {
  await telemetry.reset({ captureMessageContent: true });
  const seen = new Set<string | undefined>();
  const arbitraries: [fc.Arbitrary<unknown>, fc.Arbitrary<Event[]>] = [
    agent,
    fc.array(event, { maxLength: 30, size: 'max' }),
  ];
  await holds('events of a voice session', runs(100), arbitraries, async (current, events) => {
    const transport = new Transport(new Socket());
    const session = new Session(transport, current);
    // What the session does for a call, it does inside the event.
    let within: Event[] = [];
    const act = ({ on, name, args }: Event) => {
      if (on === 'transport') transport.emit(name, ...args);
      else if (on === 'session') session.emit(name, ...args);
      else if (name.startsWith('send')) Reflect.get(transport, name).apply(transport, args);
      else Reflect.get(session, name).apply(session, args);
    };
    transport.on('function_call', () => {
      for (const inner of within.splice(0)) act(inner);
    });
    await session.connect();
    for (const [i, each] of events.entries()) {
      within = each.name === 'function_call' ? events.slice(i + 1, i + 4).filter(({ name }) => name !== each.name) : [];
      act(each);
    }
    await new Promise(setImmediate);
    settle();
    for (const { name } of telemetry.spans()) seen.add(name.split(' ', 1)[0]);
    expectNoFaults();
  });
  for (const name of ['realtime_session', 'chat', 'execute_tool', 'handoff', 'guardrail']) expect(seen).toContain(name);
});
