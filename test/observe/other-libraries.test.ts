import { inspect } from 'node:util';
import OpenAI, { APIPromise } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { majors, sdk } from '../support/sdk.js';
import { Telemetry } from '../support/telemetry.js';

/** Whether another library, below this instrumentation, returns a proxy whose methods are bound to the promise. */
let bound = false;
for (const { OpenAI: Client } of majors.map(sdk)) {
  const { prototype } = Client.Chat.Completions;
  const create: unknown = prototype.create;
  Object.assign(prototype, {
    create(this: object, ...args: unknown[]) {
      const promise = Reflect.apply(create as () => object, this, args);
      return bound ? boundProxy(promise) : promise;
    },
  });
}

const telemetry = new Telemetry();
beforeEach(() => telemetry.reset());

const message = { role: 'assistant', content: 'Hello' };
const answer = () => Response.json({ choices: [{ index: 0, finish_reason: 'stop', message }] });
const failure = () => Response.json({ error: { message: 'no' } }, { status: 400 });
const chunks = () =>
  new Response(`data: ${JSON.stringify({ choices: [{ index: 0, delta: message }] })}\n\ndata: [DONE]\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  });
const params = { model: 'm', messages: [] };

function clientOf(Client: typeof OpenAI, reply: () => Response = answer) {
  return new Client({ apiKey: 'sk-test', maxRetries: 0, fetch: async () => reply() });
}

type Completions = InstanceType<typeof OpenAI>['chat']['completions'];
type Created = ReturnType<Completions['create']>;

function boundProxy(promise: object): object {
  return new Proxy(promise, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** What each way of using a promise leaves: one span, ended as if nobody else were there. */
function watchesAll(Client: typeof OpenAI): void {
  const create = (reply?: () => Response, stream?: boolean) =>
    clientOf(Client, reply).chat.completions.create({ ...params, stream } as never) as Created;

  it('a call that is awaited', async () => {
    await expect(create()).resolves.toMatchObject({ choices: [{ message }] });
    const { attributes, events } = telemetry.span();
    expect(attributes['gen_ai.response.finish_reasons']).toEqual(['stop']);
    expect(events).toHaveLength(1);
  });

  it('a call that fails', async () => {
    await expect(create(failure)).rejects.toThrow('400 no');
    expect(telemetry.span().attributes['error.type']).toBe('BadRequestError');
  });

  it('a call whose response is taken', async () => {
    await create().asResponse();
    expect(telemetry.span().attributes['http.response.status_code']).toBe(200);
  });

  it('a promise derived from it', async () => {
    await expect(create()._thenUnwrap(() => 'derived')).resolves.toBe('derived');
    expect(telemetry.span().events).toHaveLength(1);
  });

  it('a stream', async () => {
    for await (const _ of (await create(chunks, true)) as AsyncIterable<unknown>);
    const { attributes } = telemetry.span();
    expect(attributes).toMatchObject({ 'llm.stream.end_reason': 'completed', 'llm.stream.chunk_count': 1 });
  });
}

describe('a frozen APIPromise.prototype', () => {
  Object.freeze(APIPromise.prototype);
  telemetry.instrumentation.manuallyInstrument(OpenAI);
  watchesAll(OpenAI);
});

describe.each(majors)('openai %i', (major) => {
  const { OpenAI: Client } = sdk(major);
  telemetry.instrumentation.manuallyInstrument(Client);

  describe('a proxy of another library, with methods bound to the promise behind it', () => {
    beforeAll(() => {
      bound = true;
    });
    afterAll(() => {
      bound = false;
    });
    watchesAll(Client);
  });

  it('promises that are derived from each other: the answer is seen once, before it is transformed', async () => {
    const seen: unknown[] = [];
    await telemetry.reset({ responseHook: (_, { response }) => seen.push(response) });
    const derived = clientOf(Client)
      .chat.completions.create(params as never)
      ._thenUnwrap(() => 'first')
      ._thenUnwrap((body) => `${body}, second`);
    await expect(derived).resolves.toBe('first, second');
    expect(telemetry.span().events.filter(({ name }) => name.endsWith('.choice'))).toHaveLength(1);
    expect(seen).toMatchObject([{ choices: [{ message }] }]);
  });

  it('a promise that cannot be parsed ends its span as it fails', () => {
    const promise = clientOf(Client).chat.completions.create(params as never) as object as { parse(): unknown };
    Object.assign(promise, { responsePromise: undefined });
    expect(() => promise.parse()).toThrow(TypeError);
    expect(telemetry.span().attributes['error.type']).toBe('TypeError');
  });

  it('the stack of an error of a file has the functions that await the upload', async () => {
    const file = {
      url: 'http://127.0.0.1/file',
      async blob() {
        await Promise.resolve();
        throw new Error('no file');
      },
    };
    async function upload() {
      await clientOf(Client).audio.transcriptions.create({ model: 'm', file } as never);
    }
    const traced = await upload().catch((error: Error) => error);
    telemetry.instrumentation.disable();
    const bare = await upload().catch((error: Error) => error);
    telemetry.instrumentation.enable();
    await telemetry.reset();
    // Frames of this package, and the line of the call, differ.
    const frames = ({ stack }: Error) => stack?.match(/(makeRequest|upload)/g);
    expect(frames(traced as Error)).toEqual(frames(bare as Error));
  });

  it('a stream prints as without the instrumentation', async () => {
    const print = async () => {
      const stream = await clientOf(Client, chunks).chat.completions.create({ ...params, stream: true } as never);
      return inspect(stream);
    };
    const traced = await print();
    telemetry.instrumentation.disable();
    const bare = await print();
    telemetry.instrumentation.enable();
    expect(bare).toContain('iterator: [AsyncGeneratorFunction: iterator]');
    expect(traced).toBe(bare);
    // Nobody read the stream: its span is still open.
    telemetry.instrumentation.disable();
    telemetry.instrumentation.enable();
    telemetry.spans();
  });
});
