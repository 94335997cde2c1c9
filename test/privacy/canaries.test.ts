import type { ContentCapture, OpenAIInstrumentationConfig } from 'opentelemetry-instrumentation-openai';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { operations } from '../../src/operations/index.js';
import { majors, sdk } from '../support/sdk.js';
import { Telemetry } from '../support/telemetry.js';
import { Aviary, type Canary, Declarations } from './canaries.js';

/**
 * What may be recorded with content not captured: by place, the fields of parameters and responses that may be there.
 * An operation that records another field has to add it here, and to docs/telemetry.md.
 */
const RECORDED: Record<string, string[]> = {
  name: ['model', 'vectorStoreID'],
  // The `error` of an agent's session is a text.
  status: ['message', 'error'],
  'exception.message': ['message', 'error'],
  'exception.stacktrace': ['message', 'error'],
  'exception.type': ['code'],
  'error.type': ['code'],
  'llm.error.code': ['code'],
  'llm.error.type': ['type'],
  'llm.error.param': ['param'],
  'llm.request_id': ['x-request-id'],
  'gen_ai.agent.id': ['assistant_id', 'agent_id', 'id'],
  'gen_ai.agent.name': ['name'],
  'gen_ai.conversation.id': [
    ...['conversation', 'conversationID', 'id', 'thread_id', 'threadID', 'threadId', 'session_id', 'sessionID'],
  ],
  'gen_ai.data_source.id': ['vectorStoreID', 'vectorStoreId'],
  'gen_ai.prompt.name': ['id'],
  'gen_ai.prompt.version': ['version'],
  'gen_ai.request.model': ['model'],
  'gen_ai.request.previous_response.id': ['previous_response_id'],
  'gen_ai.request.stop_sequences': ['stop'],
  'gen_ai.response.id': ['id', 'responseID', 'completionID', 'runId', 'turnID'],
  'gen_ai.response.model': ['model', 'sampled_model_name'],
  'gen_ai.tool.definitions': ['name', 'server_label'],
  'llm.batch.endpoint': ['endpoint'],
  'llm.batch.id': ['id', 'batchID'],
  'llm.file.id': ['id', 'file_id', 'fileID'],
  'llm.file_batch.id': ['id', 'batchID'],
  'openai.response.system_fingerprint': ['system_fingerprint'],
  // The name of the span.
  'diagnostics debug': ['model', 'vectorStoreID'],
  'choice.tool_calls': ['id', 'call_id', 'name'],
};

/** Where captured content is. */
const CONTENT =
  /^(gen_ai\.(input\.messages|output\.messages|system_instructions|tool\.definitions|prompt\.variable\..+|retrieval\.(query\.text|documents))|choice\.(content|refusal|reasoning|tool_calls)|exception\.(message|stacktrace)|status)$/;

/** Fields that are recorded in no mode, nor is anything inside them. */
const NEVER = new Set([
  ...['user', 'metadata', 'safety_identifier', 'prompt_cache_key', 'user_location', 'encrypted_content'],
  ...[
    'authorization',
    'headers',
    'server_url',
    'file_data',
    'b64_json',
    'partial_image_b64',
    'embedding',
    'set-cookie',
  ],
]);

/** Fields that hold what is said. Captured, most of it is recorded: not, for example, where a file is given by its id. */
const SAID = new Set(['text', 'content', 'input', 'prompt', 'instructions', 'arguments', 'refusal', 'output']);

/** How many values are made of each type. Each takes other alternatives where there are several. */
const TURNS = 3;

interface Exchange {
  readonly params: readonly unknown[];
  readonly replies: readonly (() => Response)[];
  readonly streams: readonly (() => Response)[];
}

const names = operations.map(({ resource, method }) => `${resource}.${method}`);
/** By the method's name: the states with which polling ends. It never ends with another state, or with a body without one. */
const finalStates = new Map(
  operations
    .filter(({ polls }) => polls)
    .map(({ resource, method, name }) => [
      `${resource}.${method}`,
      name === 'poll_file' ? ['processed', 'error'] : ['completed', 'failed'],
    ]),
);
const aviary = new Aviary();
const telemetry = new Telemetry();
let exchanges: Map<string, Exchange[]>;

beforeAll(() => {
  // The SDK logs what it cannot parse.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const declarations = new Declarations(names);
  exchanges = new Map(
    names.map((name) => {
      const { params, bodies, chunks } = declarations.method(name);
      const exchange = (_: unknown, turn: number): Exchange => {
        const make = (type: (typeof bodies)[number], path: string, side: Canary['side']) =>
          declarations.value(type, { path: `${name} ${path}`, side }, turn, aviary);
        const states = finalStates.get(name);
        const status = states?.[turn % states.length];
        const answers = bodies
          .map((type) => make(type, 'body', 'response'))
          .map((body) => (status ? { ...Object(body), status } : body));
        const events = chunks.filter((_, i) => i % TURNS === turn).map((type) => make(type, 'chunk', 'response'));
        const failures = turn === 0 ? failuresOf(`${name} failure`, states === undefined) : [];
        return {
          params: params.map((each) => make(each.type, each.name, 'params')),
          replies: [...answers.map((body) => () => reply(body)), ...failures],
          streams: chunks.length > 0 ? [() => streamed(events), ...failures] : [],
        };
      };
      return [name, Array.from({ length: TURNS }, exchange)];
    }),
  );
});

function reply(body: unknown, init: ResponseInit = {}): Response {
  const isText = typeof body === 'string';
  const headers = { 'content-type': isText ? 'text/plain' : 'application/json', ...init.headers };
  return new Response(isText ? body : JSON.stringify(body), { ...init, headers });
}

function streamed(chunks: readonly unknown[]): Response {
  const lines = chunks.map((chunk) => {
    const { event, data } = Object(chunk);
    return typeof event === 'string' && data !== undefined
      ? `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
      : `data: ${JSON.stringify(chunk)}\n\n`;
  });
  return new Response([...lines, 'data: [DONE]\n\n'].join(''), { headers: { 'content-type': 'text/event-stream' } });
}

/** Errors of the API, an answer that is no JSON, and a connection that fails; failing streams only for those that may stream. */
function failuresOf(path: string, streams: boolean): (() => Response)[] {
  const canary = (field: string, secret = false) =>
    aviary.add({ path: `${path}.${field}`, fields: [field], side: 'response', secret });
  const error = { message: canary('message'), code: canary('code'), type: canary('type'), param: canary('param') };
  const headers = { 'x-request-id': canary('x-request-id'), 'set-cookie': canary('set-cookie') };
  const noJson = canary('text');
  const html = `<html>${canary('message')}</html>`;
  const broken = canary('cause', true);
  const json = { 'content-type': 'application/json' };
  return [
    () => reply({ error: { ...error, metadata: canary('metadata') } }, { status: 400, headers }),
    () => reply(html, { status: 500 }),
    () => reply(noJson, { headers: json }),
    () => {
      throw new TypeError(broken, { cause: new Error(broken) });
    },
    ...(streams
      ? [
          () => streamed([{ error }]),
          () => new Response(`data: {${noJson}\n\n`, { headers: { 'content-type': 'text/event-stream' } }),
        ]
      : []),
  ];
}

/** One text that left the process. */
interface Emitted {
  /** The name of an attribute, or what else it is. */
  readonly place: string;
  readonly signal: 'span' | 'log' | 'metric' | 'diagnostics';
  readonly text: string;
}

/** The place of a span without a parent: a helper that polls calls other methods, which have spans too. */
const OUTERMOST = 'outermost span';

async function emitted(): Promise<Emitted[]> {
  const found: Emitted[] = [];
  const add = (signal: Emitted['signal'], fields: object | undefined) => {
    for (const [name, value] of Object.entries(fields ?? {})) {
      const place = name.replace(/^\w+\.choice\./, 'choice.');
      if (value !== undefined) found.push({ signal, place, text: `${name} ${JSON.stringify(value)}` });
    }
  };
  for (const { name, status, attributes, events, links, resource, parentSpanContext } of telemetry.spans()) {
    if (!parentSpanContext) found.push({ signal: 'span', place: OUTERMOST, text: '' });
    add('span', { name, status: status.message, links, ...attributes, resource: resource.attributes });
    for (const event of events) add('span', { ...event.attributes, event: event.name });
  }
  for (const { body, eventName, attributes } of telemetry.logs()) add('log', { body, event: eventName, ...attributes });
  for (const { name, points } of await telemetry.metrics()) {
    for (const { attributes } of points) add('metric', { metric: name, ...attributes });
  }
  for (const { level, args } of telemetry.diagLines) {
    const line = args.map((each) => (each instanceof Error ? [each.message, each.stack, each.cause] : each));
    add('diagnostics', { [`diagnostics ${level}`]: line });
  }
  return found;
}

/** Calls every operation that the SDK has, in every way, and tells what left the process. */
async function callEverything(major: number, config: OpenAIInstrumentationConfig) {
  const { OpenAI } = sdk(major);
  telemetry.instrumentation.manuallyInstrument(OpenAI);
  await telemetry.reset({ inspectStreams: true, ...config });
  let answer: () => Response = () => reply('');
  const fetch = async () => answer();
  const client = new OpenAI({ apiKey: 'sk-test', maxRetries: 0, fetch });
  Object.assign(client, { logLevel: 'off' });
  const called: string[] = [];
  let calls = 0;
  for (const [name, made] of exchanges) {
    const method = methodOf(client, name);
    if (!method) continue;
    called.push(name);
    for (const { params, replies, streams } of made) {
      for (const stream of [false, true]) {
        const args = params.map((each) => (typeof each === 'object' ? { ...each, stream } : each));
        for (const next of stream ? streams : replies) {
          answer = next;
          calls++;
          await outcome(() => method(args));
        }
      }
    }
  }
  return { called, calls, texts: await emitted() };
}

/** Fails only for the application. */
async function outcome(call: () => unknown): Promise<void> {
  try {
    const result = await call();
    if (typeof Object(result)[Symbol.asyncIterator] !== 'function') return;
    for await (const _ of result as AsyncIterable<unknown>);
  } catch {}
}

/** SDK v4 takes one id more where there are several. Options are the last parameter of each method. */
function methodOf(client: object, name: string): ((args: unknown[]) => unknown) | undefined {
  const path = name.split('.').map((part) => part[0]?.toLowerCase() + part.slice(1));
  const method = path.pop() ?? '';
  const resource = path.reduce<unknown>((at, key) => Reflect.get(Object(at), key), client);
  const found: unknown = Reflect.get(Object(resource), method);
  if (typeof found !== 'function') return undefined;
  return (args) => {
    const ids = Array.from({ length: Math.max(0, found.length - 1 - args.length) }, () => 'id');
    return Reflect.apply(found, resource, [...ids, ...args]);
  };
}

/** Where a field was found that should not be there. */
function leaks(texts: Emitted[], mayBe: (emitted: Emitted, canary: Canary) => boolean): string[] {
  const found = texts.flatMap((each) =>
    aviary.in(each.text).flatMap((canary) => {
      const allowed = !isNeverRecorded(canary) && (isRecorded(each, canary) || mayBe(each, canary));
      return allowed ? [] : [`${each.signal} ${each.place}: ${canary.path}`];
    }),
  );
  return [...new Set(found)];
}

function isNeverRecorded({ secret, fields }: Canary): boolean {
  // The address of a page that a model searched is content, and no picture or file.
  const isPage = fields[0] === 'url' && fields.includes('action');
  // A grader puts the name of its model into `metadata`.
  if (fields[0] === 'sampled_model_name') return false;
  return (secret && !isPage) || fields.some((field) => NEVER.has(field));
}

function isRecorded({ place }: Emitted, { fields: [field = ''] }: Canary): boolean {
  return RECORDED[place]?.includes(field) ?? false;
}

/** The operations that tell a model something, and those whose response has an answer. */
const told = {
  params: new Set(names.filter((_, i) => operations[i]?.input)),
  response: new Set(names.filter((_, i) => operations[i]?.output)),
};

/** How many of the canaries that a model was told, or that it answered, were found: 0 to 1. */
function shareFound(texts: Emitted[], called: readonly string[], side: Canary['side']): number {
  const found = new Set(texts.flatMap(({ text }) => aviary.in(text)));
  const said = aviary
    .all()
    .filter((canary) => canary.side === side && !isNeverRecorded(canary) && SAID.has(canary.fields[0] ?? ''))
    .filter(({ path }) => called.some((name) => told[side].has(name) && path.startsWith(`${name} `)))
    // The last event of a stream repeats the others.
    .filter(({ path }) => !path.includes(' chunk'));
  expect(said.length).toBeGreaterThan(100);
  return said.filter((canary) => found.has(canary)).length / said.length;
}

const never = () => false;

describe.each(majors)('openai %i: of everything that parameters and responses can hold', (major) => {
  it('only what identifies a request is recorded by default', async () => {
    const { calls, texts } = await callEverything(major, {});
    expect(texts.filter(({ place }) => place === OUTERMOST)).toHaveLength(calls);
    expect(leaks(texts, never)).toEqual([]);
  });

  it.each<[ContentCapture, Emitted['signal'][]]>([
    ['span', ['span']],
    ['event', ['log']],
    ['span_and_event', ['span', 'log']],
  ])("with 'captureMessageContent: %s', content is there and nowhere else", async (captureMessageContent, signals) => {
    const { called, texts } = await callEverything(major, { captureMessageContent });
    expect(leaks(texts, ({ signal, place }) => signals.includes(signal) && CONTENT.test(place))).toEqual([]);
    for (const signal of signals) {
      const there = texts.filter((each) => each.signal === signal);
      expect(shareFound(there, called, 'params')).toBeGreaterThan(0.75);
      expect(shareFound(there, called, 'response')).toBeGreaterThan(0.5);
    }
  });

  it('content that the hook drops is not there', async () => {
    const contentHook = () => undefined;
    const { texts } = await callEverything(major, { captureMessageContent: 'span_and_event', contentHook });
    expect(leaks(texts, never)).toEqual([]);
  });

  it("with 'errorMessages: none' there is no message of an error", async () => {
    const { texts } = await callEverything(major, { errorMessages: 'none', captureMessageContent: 'span' });
    expect(texts.filter(({ place }) => place === 'status' || place === 'exception.message')).toEqual([]);
  });
});

it('every operation is called with one of the SDKs', () => {
  const found = names.filter((name) =>
    majors.some((major) => methodOf(new (sdk(major).OpenAI)({ apiKey: 'x' }), name)),
  );
  // SDK v7 alone has it, which this Node.js may not be able to run.
  const ofLateV7 = names.filter((name) => name === 'Decisions.create' || name.startsWith('Beta.Agents.'));
  expect(names.filter((name) => !found.includes(name))).toEqual(majors.includes(7) ? [] : ofLateV7);
});
