import type { OpenAIInstrumentationConfig } from 'opentelemetry-instrumentation-openai';
import { beforeEach, describe, expect, it } from 'vitest';
import { majors, sdk } from '../support/sdk.js';
import { type Span, Telemetry } from '../support/telemetry.js';

/** What a user said, or a secret. */
const SECRET = 'SECRET-4111-1111';
/** What an error may say that has nothing to do with content. */
const REASON = 'the vault is sealed';

const telemetry = new Telemetry();
beforeEach(() => telemetry.reset());

/** All that left the process. */
async function emitted(spans: readonly Span[]): Promise<string> {
  const told = spans.map(({ name, attributes, status, events }) => [name, attributes, status, events]);
  const lines = telemetry.diagLines.map(({ args }) =>
    args.map((each) => (each instanceof Error ? [each.stack, each.cause] : each)),
  );
  return JSON.stringify([told, telemetry.logs(), await telemetry.metrics(), lines]);
}

/** A request for a tool call, then an answer. */
function answers(): () => Response {
  let asked = 0;
  const call = { id: 'call_1', type: 'function', function: { name: 'pay', arguments: '{}' } };
  return () => {
    const message = asked++ === 0 ? { role: 'assistant', tool_calls: [call] } : { role: 'assistant', content: 'done' };
    return json({ choices: [{ index: 0, finish_reason: asked === 1 ? 'tool_calls' : 'stop', message }] });
  };
}

function json(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
}

const LOCAL = { apiKey: 'sk-test', maxRetries: 0, baseURL: 'http://127.0.0.1:1' };

async function failing(work: (() => unknown) | undefined): Promise<void> {
  try {
    await work?.();
  } catch {}
}

function fail(error: unknown = new Error(SECRET)): () => never {
  return () => {
    throw error;
  };
}

describe.each(majors)('openai %i', (major) => {
  const { OpenAI, AzureOpenAI } = sdk(major);
  telemetry.instrumentation.manuallyInstrument(OpenAI);
  type Client = InstanceType<typeof OpenAI>;

  const client = (fetch: () => Response = () => json({ choices: [] }), options: object = {}) =>
    new OpenAI({ apiKey: 'sk-test', maxRetries: 0, fetch: async () => fetch(), ...options });
  // Parameters of any shape.
  const ask = (openai: Client, params: object = {}) =>
    openai.chat.completions.create({ model: 'm', messages: [], ...params } as never);

  const circle: Record<string, unknown> = {};
  circle[SECRET] = circle;
  const messageOf = (content: string) =>
    json({ choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }] });
  const format = (parse: (text: string) => unknown) => {
    const schema = { type: 'json_schema' as const, json_schema: { name: 'a', schema: {}, strict: true } };
    const hidden = { $brand: { value: 'auto-parseable-response-format' }, $parseRaw: { value: parse } };
    return Object.defineProperties(schema, hidden);
  };
  // SDK v4 has them in `beta`.
  const helpers = (openai: Client): Client['chat']['completions'] =>
    typeof openai.chat.completions.runTools === 'function'
      ? openai.chat.completions
      : Reflect.get(Object(openai.beta), 'chat').completions;

  async function runTool(work: () => unknown): Promise<void> {
    const tool = { type: 'function', function: { name: 'pay', parameters: {}, parse: JSON.parse, function: work } };
    const params = { model: 'm', messages: [{ role: 'user', content: 'Pay' }], tools: [tool] };
    await helpers(client(answers()))
      .runTools(params as never)
      .finalContent();
  }

  /** By what fails. Each fails with the secret in its message, or with it in what the runtime quotes. */
  const content: Record<string, () => PromiseLike<unknown>> = {
    'a tool': () => runTool(fail()),
    'a tool, later': () => runTool(async () => fail()()),
    'a tool that throws a text': () => runTool(fail(SECRET)),
    'a tool that throws an object': () => runTool(fail({ message: SECRET, code: `${SECRET} x`, name: SECRET })),
    'a tool, in several lines and with a cause': () => {
      const error = new Error(`first\n    at ${SECRET} (${SECRET}:1:1)\n${SECRET}`, { cause: new Error(SECRET) });
      error.stack += `\nCaused by: Error: ${SECRET}`;
      return runTool(fail(error));
    },
    'a tool whose error looks like one of the API': () => {
      const fields = { status: 400, type: SECRET, param: SECRET, code: `${SECRET} x`, request_id: SECRET };
      const error = Object.assign(new Error(SECRET), fields, { headers: { 'x-request-id': SECRET } });
      return runTool(fail(error));
    },
    'parsing the answer': () =>
      helpers(client(() => messageOf(SECRET))).parse({ model: 'm', messages: [], response_format: format(JSON.parse) }),
    'a schema for the answer': () =>
      helpers(client(() => messageOf(SECRET))).parse({ model: 'm', messages: [], response_format: format(fail()) }),
    'a refusal that becomes an error': () =>
      client(() => messageOf(SECRET))
        .chat.completions.create({ model: 'm', messages: [] })
        ._thenUnwrap((body) => fail(new Error(String(body.choices[0]?.message.content)))()),
    'an answer that is no JSON': () =>
      ask(client(() => new Response(SECRET, { headers: { 'content-type': 'application/json' } }))),
    'an answer that is a text': () =>
      client(() => new Response(SECRET)).responses.create({ model: 'm', input: SECRET }),
    'parameters in a circle': () => ask(client(), { metadata: circle }),
    'a `toJSON`': () => ask(client(), { metadata: { toJSON: fail() } }),
    'a getter of the parameters': () =>
      client().chat.completions.create(
        Object.defineProperty({ model: 'm', messages: [] }, 'stream', { get: fail() }) as never,
      ),
    'a value that no form can have': () =>
      client().images.edit({ prompt: Symbol(SECRET), image: new File(['x'], 'x.png') } as never),
  };

  describe('the message of an error that is made from content', () => {
    it.each(Object.keys(content))('%s: not recorded by default', async (name) => {
      await failing(content[name]);
      const failed = telemetry.spans().filter(({ status }) => status.code === 2);
      expect(failed).toHaveLength(1);
      expect(failed[0]?.attributes['error.type']).toBeTypeOf('string');
      expect(await emitted(failed)).not.toContain(SECRET);
    });

    const modes: [string, OpenAIInstrumentationConfig, string[]][] = [
      ['all messages are', { errorMessages: 'all' }, ['span']],
      ['content is captured', { captureMessageContent: 'span' }, ['span']],
      ['content is captured as an event', { captureMessageContent: 'event' }, ['log']],
      ['no message is', { captureMessageContent: 'span_and_event', errorMessages: 'none' }, []],
      ['the hook drops it', { captureMessageContent: 'span_and_event', contentHook: () => undefined }, []],
      ['the hook fails', { captureMessageContent: 'span_and_event', contentHook: fail() }, []],
      [
        'the hook changes it',
        {
          captureMessageContent: 'span_and_event',
          contentHook: ({ errorMessage, ...rest }) =>
            errorMessage === undefined ? rest : { errorMessage: errorMessage.replaceAll(SECRET, 'changed') },
        },
        ['changed'],
      ],
    ];

    it.each(modes)('recorded or not where %s', async (_, config, where) => {
      await telemetry.reset(config);
      await failing(content['a tool']);
      const spans = telemetry.spans().filter(({ status }) => status.code === 2);
      const logs = JSON.stringify(telemetry.logs().map(({ attributes }) => attributes['exception.message']));
      expect(spans).toHaveLength(1);
      const [{ status, events }] = spans as [Span];
      const exception = events.find(({ name }) => name === 'exception')?.attributes ?? {};
      const message = where.includes('span') ? SECRET : where.includes('changed') ? 'changed' : undefined;
      expect([status.message, exception['exception.message']]).toEqual([message, message]);
      expect(String(exception['exception.stacktrace']).includes(SECRET)).toBe(message === SECRET);
      expect(exception['exception.stacktrace']).toMatch(/\n {4}at /);
      expect(logs.includes(SECRET)).toBe(where.includes('log'));
      expect(JSON.stringify(telemetry.diagLines)).not.toContain(SECRET);
    });
  });

  const provider = (get: () => unknown) =>
    new AzureOpenAI({
      azureADTokenProvider: get as never,
      apiVersion: 'v',
      endpoint: 'https://azure.example',
      maxRetries: 0,
      fetch: async () => json({ choices: [] }),
    });

  it('a function that provides tokens keeps its message, and no token', async () => {
    await ask(provider(fail(new Error(`${REASON}: https://ann:${SECRET}@vault/?token=${SECRET}#${SECRET}`)))).catch(
      () => {},
    );
    const [failed] = telemetry.spans();
    expect(failed?.status.message).toContain(REASON);
    expect(failed?.status.message).toContain('https://vault/');
    expect(await emitted(failed ? [failed] : [])).not.toContain(SECRET);
  });

  it.each<[string, () => Client]>([
    ['a token that is no text', () => provider(async () => Buffer.from(SECRET))],
    ['a key with a line break', () => new OpenAI({ ...LOCAL, apiKey: `sk-test\n${SECRET}` })],
    ['a header with a line break', () => new OpenAI({ ...LOCAL, defaultHeaders: { 'x-key': `x\n${SECRET}` } })],
    [
      'a base URL that is none',
      () => new OpenAI({ apiKey: 'sk-test', maxRetries: 0, baseURL: `nowhere?key=${SECRET}` }),
    ],
    [
      'a base URL with credentials',
      () => new OpenAI({ apiKey: 'sk-test', maxRetries: 0, baseURL: `http://ann:${SECRET}@127.0.0.1:1/?${SECRET}` }),
    ],
  ])('%s is not quoted', async (_, make) => {
    await ask(make()).then(undefined, () => {});
    const spans = telemetry.spans();
    expect(spans.map(({ status }) => status.code)).toEqual([2]);
    expect(await emitted(spans)).not.toContain(SECRET);
  });

  it.each(['requestHook', 'responseHook', 'ignoreRequestHook', 'providerName', 'contentHook'])(
    '%s that fails: its message is not in the diagnostic line, its frames are',
    async (name) => {
      await telemetry.reset({ captureMessageContent: 'span', [name]: fail() });
      await ask(client(), { user: SECRET });
      expect(telemetry.said('error')).toEqual([expect.stringMatching(/affected: Error\n {4}at .*errors\.test\.ts/)]);
      expect(await emitted(telemetry.spans())).not.toContain(SECRET);
    },
  );

  it('an error of the API keeps its words', async () => {
    const refused = () =>
      new Response(JSON.stringify({ error: { message: `Unsupported: ${REASON}` } }), { status: 400 });
    await ask(client(refused)).then(undefined, () => {});
    expect(telemetry.span().status.message).toBe(`400 Unsupported: ${REASON}`);
  });

  it('a numeric code of the API is recorded as text', async () => {
    const refused = () =>
      new Response(JSON.stringify({ error: { message: 'Rate limit', code: 429 } }), { status: 429 });
    await ask(client(refused)).then(undefined, () => {});
    expect(telemetry.span().attributes['llm.error.code']).toBe('429');
  });

  it('an error that refuses to be read fails the span', async () => {
    const error = new Proxy(new Error('x'), { get: fail(), has: fail(), getPrototypeOf: fail() });
    await ask(provider(fail(error))).then(undefined, () => {});
    const { status, attributes } = telemetry.span();
    expect([status.code, attributes['error.type']]).toEqual([2, expect.any(String)]);
  });
});
