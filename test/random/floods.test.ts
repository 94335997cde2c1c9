import { createNoopMeter, diag, ROOT_CONTEXT } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOf, describeSpan, describeTrace } from '../../src/agents/describe.js';
import { RunSpan } from '../../src/agents/run-span.js';
import { Calls } from '../../src/calls/calls.js';
import { SessionSpan } from '../../src/calls/session-span.js';
import { type OpenAIInstrumentationConfig, readAgentsConfig, readConfig } from '../../src/config.js';
import { operations } from '../../src/operations/index.js';
import { realtime } from '../../src/operations/realtime/realtime.js';
import { realtimeResponse } from '../../src/operations/realtime/response.js';
import { responsesSocket } from '../../src/operations/responses/socket.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import { tracing } from '../support/otel.mjs';
import { otlpSize } from '../support/otlp-size.js';
import { holds } from '../support/property.js';
import { runs } from './runs.js';

const BUDGET = 20_000;
const MOST_BYTES = 65_536;
/** The longest character takes three bytes for each UTF-16 unit. */
const BYTES_PER_UNIT = 3;

const exporter = new tracing.InMemorySpanExporter();
const tracers = new tracing.NodeTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });

function sinkOf(config: OpenAIInstrumentationConfig) {
  return {
    tracer: tracers.getTracer('floods'),
    logger: { emit() {} },
    metrics: new Metrics(createNoopMeter(), 'operation'),
    settings: readConfig(config, {}, diag),
    diag,
    logOnce() {},
  };
}

function takeSpan() {
  const [span] = exporter.getFinishedSpans();
  exporter.reset();
  if (!span) throw new Error('no span');
  return span;
}

/** Names of fields that operations read, wherever they are. */
const FIELDS = [
  'additional_instructions additional_messages agent annotations answers arguments assistant_id b64_json background',
  'call_id categories choices code content conversation custom data delta description encoding_format error event',
  'events field file file_id filename finish_reason function function_call functions grader id image_url images',
  'incomplete_details input instructions item items kind language last_error last_message message messages metadata',
  'model modalities n name object output output_format param parameters parts phase previous_response_id prompt',
  'quality queries query questions reason reasoning reasoning_content reasoning_details reasoning_effort refusal',
  'required_action response response_format results revised_prompt role seconds server_label service_tier session',
  'size status stop submit_tool_outputs summary system_fingerprint text thinking_blocks thread thread_id tool_call_id',
  'tool_calls tool_outputs tools transcript type url usage value variables vector_store_id version',
].flatMap((line) => line.split(' '));

/** Where the type decides how the rest is read. */
const TYPES = [
  ...['text', 'refusal', 'function', 'custom', 'message', 'reasoning', 'function_call', 'function_call_output'],
  ...['file_search_call', 'code_interpreter_call', 'mcp_list_tools', 'mcp_call', 'image_generation_call', 'image_url'],
  ...['response.completed', 'response.output_item.done', 'response.output_text.delta', 'thread.message.completed'],
  ...['thread.run.requires_action', 'transcript.text.delta', 'image_generation.completed', 'completed', 'error'],
];

/** The types of the Agents SDK's spans. */
const STEPS = [
  ...['agent', 'function', 'handoff', 'guardrail', 'generation', 'response', 'custom', 'mcp_tools', 'transcription'],
  ...['speech', 'speech_group', 'unknown'],
];

interface Flood {
  readonly unit: string;
  /** How long texts are, and how long lists. */
  readonly size: readonly number[];
  readonly depth: number;
  readonly types: readonly string[];
  readonly names: readonly string[];
}

const flood: fc.Arbitrary<Flood> = fc.record({
  unit: fc.constantFrom('a', 'a ', '漢', '😀', '\u0001', '"', '\\', '\ud800', 'https://a:b@c/?'),
  size: fc.constantFrom([300, 200], [3_000, 200], [30, 10_000], [30_000, 10], [1_000_000, 1]),
  depth: fc.constantFrom(0, 3, 128),
  types: fc.array(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 4 }),
  // Of a body without them other fields are read.
  names: fc.oneof(fc.constant([]), fc.subarray(['error', 'status', 'choices', 'output', 'type', 'content'])),
});

/** A value that has the flood in every field, of each kind in turn. Objects are shared, so that it is made quickly. */
function flooded({ unit, size: [length = 0, count = 0], depth, types, names }: Flood): unknown {
  const text = unit.repeat(Math.ceil(length / unit.length));
  const deep = Array.from({ length: depth }).reduce<unknown>((inner, _, i) => (i % 2 ? [inner] : { inner }), text);
  const fields = FIELDS.filter((name) => !names.includes(name));
  const make = (inside: unknown, type: string | undefined) => ({
    ...Object.fromEntries(fields.map((name) => [name, inside])),
    ...(type === undefined ? {} : { type, object: 'o', status: 'completed' }),
    [text.slice(0, 100_000)]: inside,
    role: text,
    name: text,
    id: text,
    model: text,
    finish_reason: text,
  });
  const leaves = [text, deep, Array.from({ length: count }, () => text), make(text, undefined)];
  const objects = types.map((type, i) => make(leaves[i % leaves.length], type));
  const lists = [...objects, make(text, 'text')].map((object) =>
    Array.from({ length: Math.min(count, 200) }, () => object),
  );
  const inner = [...objects.map((object) => make(object, object.type)), ...lists.map((list) => make(list, types[0]))];
  const list = Array.from({ length: count }, (_, i) => inner[i % inner.length]);
  return {
    ...make(list, types[0]),
    ...(count % 2 ? { message: inner[0], thread: inner.at(-1), session: inner[0] } : {}),
  };
}

const capturing = { captureMessageContent: 'span', maxTotalContentLength: BUDGET, captureMedia: true } as const;

describe.each([
  ['without content', {}, MOST_BYTES],
  ['with content', capturing, BUDGET * BYTES_PER_UNIT + MOST_BYTES],
] as const)('whatever is asked and answered, %s', (_, config, most) => {
  const sink = sinkOf(config);
  const calls = new Calls(sink);

  it('the span of each operation is bounded', async () => {
    const streams = fc.boolean();
    let largest = 0;
    await holds('floods', runs(8), [flood, streams], async (it, isStream) => {
      const value = flooded(it);
      for (const operation of [...operations, { ...realtimeResponse, resource: 'none', method: 'none' }]) {
        const assembly = isStream ? (operation.assemble ?? operation.digest)?.(8_192) : undefined;
        assembly?.add(value);
        assembly?.add(value);
        const body = assembly ? assembly.body() : value;
        const args = [value, value, value];
        await calls.trace(operation, async () => body, { _client: { baseURL: 'https://api.openai.com/v1' } }, args);
        const size = otlpSize(takeSpan());
        expect(size, `${operation.resource}.${operation.method}`).toBeLessThan(most);
        largest = Math.max(largest, size);
      }
    });
    expect(largest).toBeGreaterThan(most / 8);
  });

  it('the span of a failed call is bounded', async () => {
    await holds('errors', runs(10), [flood], async (it) => {
      const error = Object.assign(new Error(it.unit.repeat(it.size[0] ?? 0)), flooded(it));
      const [operation] = operations;
      if (!operation) throw new Error('no operation');
      const fail = () => Promise.reject(error);
      await Promise.resolve(calls.trace(operation, fail, { _client: {} }, [])).catch(() => {});
      expect(otlpSize(takeSpan())).toBeLessThan(most);
    });
  });

  it('the span of a step of an agent is bounded', async () => {
    const settings = readAgentsConfig(config, {}, diag);
    await holds('steps', runs(10), [flood], (it) => {
      for (const type of STEPS) {
        const data = { ...Object(flooded(it)), type };
        const description = describeSpan(data) ?? describeTrace(data);
        const span = new RunSpan(description, ROOT_CONTEXT, { ...sink, settings });
        span.end({ describe: () => describeSpan(data), content: () => contentOf(data) });
        expect(otlpSize(takeSpan()), type).toBeLessThan(most);
      }
    });
  });

  it('the span of a session is bounded', async () => {
    await holds('sessions', runs(10), [flood], (it) => {
      const text = it.unit.repeat(it.size[0] ?? 0);
      for (const api of [realtime, responsesSocket]) {
        const server = { provider: text, address: text, port: 1 };
        const session = new SessionSpan({ api, server, params: {}, model: text, parent: ROOT_CONTEXT }, sink);
        session.onClosed({ reason: text, error: flooded(it) }, { responses: 1, messages: 1, reconnects: 1 });
        expect(otlpSize(takeSpan())).toBeLessThan(most);
      }
    });
  });
});
