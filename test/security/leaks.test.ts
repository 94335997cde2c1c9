import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { majors, sdk } from '../support/sdk.js';
import { Telemetry } from '../support/telemetry.js';

/** Each in a place of its own, so that a leak says where it came from. */
const SECRETS = {
  key: 'sk-leak-key',
  organization: 'org-leak',
  header: 'leak-default-header',
  requestHeader: 'leak-request-header',
  query: 'leak-default-query',
  urlQuery: 'leak-url-query',
  urlUser: 'leak-url-user',
  urlPassword: 'leak-url-password',
  mcpToken: 'leak-mcp-token',
  mcpHeader: 'leak-mcp-header',
  mcpUrl: 'leak-mcp-url',
  prompt: 'leak-prompt',
  instructions: 'leak-instructions',
  description: 'leak-tool-description',
  user: 'leak-user',
  metadata: 'leak-metadata',
};

const telemetry = new Telemetry();
let api: Awaited<ReturnType<typeof startFakeOpenAI>>;

beforeAll(async () => {
  api = await startFakeOpenAI();
});
beforeEach(() => telemetry.reset());
afterAll(() => api.close());

/** Everything that could leave the process: spans, logs, metrics, and every line of diagnostics at any level. */
async function everything(): Promise<string> {
  const spans = telemetry
    .spans()
    .map(({ name, attributes, events, status, resource: _ }) => [name, attributes, events, status]);
  const lines = telemetry.diagLines.map(({ args }) => args.map((each) => (each instanceof Error ? each.stack : each)));
  return JSON.stringify([spans, telemetry.logs(), await telemetry.metrics(), lines]);
}

function expectNoLeak(told: string): void {
  const leaked = Object.entries(SECRETS).filter(([, secret]) => told.includes(secret));
  expect(leaked).toEqual([]);
}

describe.each(majors)('openai %i', (major) => {
  const { OpenAI } = sdk(major);
  telemetry.instrumentation.manuallyInstrument(OpenAI);

  const mcp = {
    type: 'mcp' as const,
    server_label: 'shop',
    server_url: `https://mcp.example/${SECRETS.mcpUrl}`,
    authorization: SECRETS.mcpToken,
    headers: { Authorization: SECRETS.mcpHeader },
    require_approval: 'never' as const,
  };
  const tool = { type: 'function' as const, function: { name: 'f', description: SECRETS.description } };
  const messages = [{ role: 'user' as const, content: SECRETS.prompt }];
  const options = { headers: { 'x-secret': SECRETS.requestHeader } };

  const client = (baseURL: string) => {
    const openai = new OpenAI({
      apiKey: SECRETS.key,
      organization: SECRETS.organization,
      baseURL,
      maxRetries: 1,
      defaultHeaders: { 'x-secret': SECRETS.header },
      defaultQuery: { token: SECRETS.query },
    });
    // The SDK waits half a second before it tries again: 84 times here.
    return Object.defineProperty(openai, 'calculateDefaultRetryTimeoutMillis', { value: () => 1 });
  };

  const uses: Record<string, (openai: InstanceType<typeof OpenAI>) => PromiseLike<unknown>> = {
    chat: ({ chat }) =>
      chat.completions.create(
        { model: 'gpt-4o', messages, tools: [tool], user: SECRETS.user, metadata: { note: SECRETS.metadata } },
        options,
      ),
    async stream({ chat }) {
      for await (const _ of await chat.completions.create({ model: 'gpt-4o', messages, stream: true }, options));
    },
    responses: ({ responses }) =>
      responses.create(
        { model: 'gpt-5', input: SECRETS.prompt, instructions: SECRETS.instructions, tools: [mcp] },
        options,
      ),
    embeddings: ({ embeddings }) =>
      embeddings.create({ model: 'e', input: SECRETS.prompt, user: SECRETS.user }, options),
    images: ({ images }) => images.generate({ model: 'gpt-image-1', prompt: SECRETS.prompt }, options),
    moderations: ({ moderations }) => moderations.create({ input: SECRETS.prompt }, options),
    search: ({ vectorStores }) => vectorStores.search('vs_1', { query: SECRETS.prompt }, options),
  };

  it.each(Object.keys(uses))('%s tells no secret, whether it succeeds or fails', async (name) => {
    for (const scenario of ['', 'status-401', 'status-500', 'drop', 'drop-body', 'not-json', 'text']) {
      for (const inspectStreams of [false, true]) {
        telemetry.instrumentation.setConfig({ inspectStreams });
        await uses[name]?.(client(scenario ? api.scenario(scenario) : api.url)).then(undefined, () => {});
      }
    }
    const told = await everything();
    expect(told).toContain('gen_ai.operation.name');
    expectNoLeak(told);
  });

  it.each([
    [
      'a base URL with credentials and a query',
      (port: string) => `http://${SECRETS.urlUser}:${SECRETS.urlPassword}@127.0.0.1:${port}/v1?key=${SECRETS.urlQuery}`,
    ],
    ['a base URL that is none', () => `no url ${SECRETS.urlQuery}`],
    ['a server that is not there', () => `http://127.0.0.1:1/v1?key=${SECRETS.urlQuery}`],
    ['a port that cannot be', () => `http://127.0.0.1:99999/v1?key=${SECRETS.urlQuery}`],
  ])('%s: nothing of it but the address', async (_, baseURL) => {
    const url = baseURL(new URL(api.url).port);
    await client(url)
      .chat.completions.create({ model: 'gpt-4o', messages }, { maxRetries: 0 })
      .then(undefined, () => {});
    expectNoLeak(await everything());
  });

  it.each(['broken\nkey', 'kéy…'])('a key that no header can carry (%j) is not quoted', async (end) => {
    const openai = new OpenAI({ apiKey: `${SECRETS.key}${end}`, baseURL: api.url, maxRetries: 0 });
    await openai.chat.completions.create({ model: 'gpt-4o', messages }).then(undefined, () => {});
    expectNoLeak(await everything());
  });

  it('credentials are not content: captured, it holds what was said and none of them', async () => {
    await telemetry.reset({ captureMessageContent: 'span_and_event', inspectStreams: true });
    await uses.responses?.(client(api.url));
    const told = await everything();
    expect(told).toContain(SECRETS.prompt);
    const { key, organization, header, requestHeader, query, mcpToken, mcpHeader, mcpUrl } = SECRETS;
    for (const secret of [key, organization, header, requestHeader, query, mcpToken, mcpHeader, mcpUrl]) {
      expect(told).not.toContain(secret);
    }
  });

  it('hooks that fail tell nothing of what they were given', async () => {
    const fail = () => {
      throw new Error('broken hook');
    };
    await telemetry.reset({ requestHook: fail, responseHook: fail, ignoreRequestHook: fail, providerName: fail });
    await uses.chat?.(client(`${api.url}`));
    expectNoLeak(await everything());
  });
});
