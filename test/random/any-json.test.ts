import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { operations } from '../../src/operations/index.js';
import type { Operation } from '../../src/operations/operation.js';
import { holds } from '../support/property.js';
import { majors, sdk } from '../support/sdk.js';
import { Telemetry } from '../support/telemetry.js';
import { runs } from './runs.js';

const telemetry = new Telemetry();
for (const major of majors) telemetry.instrumentation.manuallyInstrument(sdk(major).OpenAI);
beforeEach(() => telemetry.reset());

const TRACING = { captureMessageContent: 'span_and_event' as const, inspectStreams: true };

/** Methods whose first argument is an id, and whether parameters follow. */
const BY_ID: Record<string, boolean> = {
  'VectorStores.search': true,
  'Beta.Threads.Runs.create': true,
  'Beta.Threads.Runs.submitToolOutputs': true,
  'Responses.retrieve': true,
  'Responses.cancel': false,
  'Beta.Responses.retrieve': true,
  'Beta.Responses.cancel': false,
};

/** Names that mean something, so that not all of what is generated is passed over. */
const name = fc.constantFrom(
  ...['choices', 'message', 'delta', 'content', 'usage', 'model', 'id', 'output', 'type', 'data', 'event', 'error'],
  ...['tool_calls', 'function', 'name', 'arguments', 'input', 'messages', 'tools', 'text', 'index', 'status', 'item'],
  ...[
    'prompt',
    'role',
    'response',
    'output_index',
    'item_id',
    '__proto__',
    'constructor',
    'toString',
    'then',
    'length',
  ],
);
const label = fc.constantFrom(
  'function_call',
  'message',
  'response.completed',
  'response.output_item.added',
  'user',
  'failed',
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string(), label),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.oneof(name, name, fc.string()), tie('json')), { maxLength: 6 }).map(asObject),
  ),
}));

/** As `JSON.parse` makes them, with a `__proto__` of their own. */
function asObject(entries: [string, unknown][]): unknown {
  return JSON.parse(`{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`);
}

interface Exchange {
  operation: Operation;
  major: number;
  params: unknown;
  streaming: boolean;
  status: number;
  answers: unknown[];
}

/** Polling methods ask until the answer says that it is the last one, which random ones do not. */
const ONE_REQUEST = operations.filter(({ polls }) => !polls);

const exchange: fc.Arbitrary<Exchange> = fc.record({
  operation: fc.constantFrom(...ONE_REQUEST),
  major: fc.constantFrom(...majors),
  params: fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.tuple(name, json), { maxLength: 6 }).map(asObject) },
    { weight: 1, arbitrary: json },
  ),
  streaming: fc.boolean(),
  status: fc.constantFrom(200, 200, 200, 400, 429, 500),
  answers: fc.array(json, { minLength: 1, maxLength: 6 }),
});

/** What the application sees, as far as JSON tells. */
async function carryOut({ operation, major, params, streaming, status, answers }: Exchange): Promise<string> {
  const sse = streaming && status === 200;
  const body = sse
    ? `${answers.map((answer) => `event: ${eventOf(answer)}\ndata: ${JSON.stringify(answer)}\n\n`).join('')}data: [DONE]\n\n`
    : JSON.stringify(answers[0]);
  const headers = { 'content-type': sse ? 'text/event-stream' : 'application/json' };
  const fetch = async () => new Response(body, { status, headers });
  const client = new (sdk(major).OpenAI)({ apiKey: 'sk-test', maxRetries: 0, fetch: fetch as never });

  const path = operation.resource.split('.').map((part) => part[0]?.toLowerCase() + part.slice(1));
  const resource = path.reduce<unknown>((at, key) => Object(at)[key], client);
  const method = Object(resource)[operation.method];
  if (typeof method !== 'function') return 'not in this version';
  const copy: unknown = structuredClone(params);
  const asked =
    streaming && typeof copy === 'object' && copy !== null && !Array.isArray(copy) ? { ...copy, stream: true } : copy;
  const hasParams = BY_ID[`${operation.resource}.${operation.method}`];
  const args = hasParams === undefined ? [asked] : hasParams ? ['id_1', asked] : ['id_1'];

  try {
    const result: unknown = await Reflect.apply(method, resource, args);
    if (!(Object(result) instanceof Object && Symbol.asyncIterator in Object(result)))
      return JSON.stringify(result) ?? 'nothing';
    const items: unknown[] = [];
    try {
      for await (const item of result as AsyncIterable<unknown>) if (items.push(item) > 20) break;
    } catch (error) {
      return `${JSON.stringify(items)} then ${error}`;
    }
    return JSON.stringify(items);
  } catch (error) {
    return String(error);
  }
}

function eventOf(answer: unknown): string {
  const type: unknown = Object(answer).type;
  return typeof type === 'string' && /^[\w.]+$/.test(type) ? type : 'thread.message.delta';
}

it('whatever is asked and answered: the same as bare, one span, nothing thrown', async () => {
  let traced = 0;
  await holds('exchanges of any JSON', runs(400), [exchange], async (it) => {
    telemetry.instrumentation.setConfig({ ignoreRequestHook: () => true });
    const bare = await carryOut(it);
    expect(telemetry.spans()).toEqual([]);

    telemetry.instrumentation.setConfig(TRACING);
    expect(await carryOut(it)).toBe(bare);
    const spans = telemetry.spans();
    expect(spans.length).toBe(bare === 'not in this version' ? 0 : 1);
    traced += spans.length;
    expect(telemetry.said('error')).toEqual([]);
    expect(Object.prototype).not.toHaveProperty('polluted');
    telemetry.logs();
    telemetry.diagLines.length = 0;
  });
  console.log(`of these ${traced} traced`);
});
