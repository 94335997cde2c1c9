import type { OpenAI } from 'openai';

/** What is said to a model: recorded where content is captured, and nowhere else. */
export const SAID = 'Canary-said-7f3a';
/** What only the provider needs: recorded in no mode. */
export const PRIVATE = 'Canary-private-91c2';

/** One method of the SDK, called with canaries in every field that takes a text of the user's. */
export interface Exchange {
  /** Parameters of whatever method; SDK types would forbid fields of other versions. */
  args(file: File): unknown[];
  /** Whether captured content holds what was said to the model. */
  says: boolean;
  streams?: boolean;
}

const schema = { type: 'object', description: SAID, properties: { [SAID]: { type: 'string', description: SAID } } };
const fn = { name: 'get_weather', description: SAID, parameters: schema };
/** Identifies users and requests to the provider. */
const identity = {
  user: PRIVATE,
  metadata: { purpose: PRIVATE },
  safety_identifier: PRIVATE,
  prompt_cache_key: PRIVATE,
};
const format = {
  name: PRIVATE,
  description: PRIVATE,
  schema: { type: 'object', description: PRIVATE, properties: {} },
};

const mcp = {
  type: 'mcp',
  server_label: 'files',
  server_description: SAID,
  server_url: `https://mcp.example/?key=${PRIVATE}`,
  authorization: PRIVATE,
  headers: { authorization: PRIVATE, 'x-api-key': PRIVATE },
};

const chat = {
  model: 'gpt-4o',
  messages: [
    { role: 'developer', content: SAID, name: 'Developer' },
    { role: 'user', content: [{ type: 'text', text: `What is the weather in ${SAID}?` }] },
    {
      role: 'assistant',
      content: SAID,
      refusal: SAID,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: JSON.stringify({ a: SAID }) } },
        { id: 'call_2', type: 'custom', custom: { name: 'python', input: SAID } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: SAID },
    { role: 'function', name: 'get_weather', content: SAID },
    { role: 'user', content: `Say what the weather is in ${SAID}` },
  ],
  tools: [{ type: 'function', function: fn }],
  functions: [fn],
  response_format: { type: 'json_schema', json_schema: format },
  prediction: { type: 'content', content: PRIVATE },
  web_search_options: { user_location: { type: 'approximate', approximate: { city: PRIVATE } } },
  ...identity,
};

const responses = {
  model: 'gpt-5',
  instructions: SAID,
  input: [
    { role: 'user', content: [{ type: 'input_text', text: SAID }] },
    { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: JSON.stringify({ a: SAID }) },
    { type: 'function_call_output', call_id: 'call_1', output: SAID },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: SAID }], encrypted_content: PRIVATE },
    { role: 'user', content: `Say ${SAID}` },
  ],
  tools: [{ type: 'function', ...fn }, mcp],
  text: { format: { type: 'json_schema', ...format } },
  prompt: { id: 'pmpt_1', variables: { name: SAID } },
  ...identity,
};

const run = {
  assistant_id: 'asst_1',
  instructions: SAID,
  additional_instructions: SAID,
  additional_messages: [{ role: 'user', content: SAID }],
  thread: { messages: [{ role: 'user', content: SAID }], metadata: { purpose: PRIVATE } },
  tools: [{ type: 'function', function: fn }],
  response_format: { type: 'json_schema', json_schema: format },
  metadata: { purpose: PRIVATE },
};

const image = { model: 'dall-e-2', prompt: SAID, user: PRIVATE };

/** By `Resource.method`, as in the table of operations. */
export const exchanges: Record<string, Exchange> = {
  'Chat.Completions.create': { args: () => [chat], says: true, streams: true },
  'Responses.create': { args: () => [responses], says: true, streams: true },
  'Responses.compact': { args: () => [responses], says: true },
  'Responses.retrieve': { args: () => ['resp_1'], says: false },
  'Responses.cancel': { args: () => ['resp_1'], says: false },
  'Beta.Responses.create': { args: () => [responses], says: true, streams: true },
  'Beta.Responses.compact': { args: () => [responses], says: true },
  'Beta.Responses.retrieve': { args: () => ['resp_1', {}], says: false },
  'Beta.Responses.cancel': { args: () => ['resp_1', {}], says: false },
  'Completions.create': {
    args: () => [{ model: 'gpt-3.5-turbo-instruct', prompt: `Say ${SAID}`, suffix: PRIVATE, user: PRIVATE }],
    says: true,
    streams: true,
  },
  'Embeddings.create': {
    args: () => [{ model: 'text-embedding-3-small', input: [SAID, SAID], user: PRIVATE }],
    says: true,
  },
  'Moderations.create': { args: () => [{ input: [SAID, `kill ${SAID}`] }], says: true },
  'Images.generate': { args: () => [image], says: true, streams: true },
  'Images.edit': { args: (file) => [{ ...image, image: file, mask: file }], says: true, streams: true },
  'Images.createVariation': { args: (file) => [{ image: file, user: PRIVATE }], says: false },
  'Audio.Speech.create': {
    args: () => [{ model: 'gpt-4o-mini-tts', voice: 'alloy', input: SAID, instructions: SAID }],
    says: true,
  },
  'Audio.Transcriptions.create': {
    args: (file) => [{ model: 'gpt-4o-transcribe', file, prompt: SAID }],
    says: true,
    streams: true,
  },
  'Chat.Completions.retrieve': { args: () => ['chatcmpl_1'], says: false },
  'Batches.create': {
    args: () => [
      { input_file_id: 'file-1', endpoint: '/v1/responses', completion_window: '24h', metadata: { purpose: PRIVATE } },
    ],
    says: false,
  },
  'Batches.retrieve': { args: () => ['batch_1'], says: false },
  'Batches.cancel': { args: () => ['batch_1'], says: false },
  'Videos.create': { args: () => [{ model: 'sora-2', prompt: SAID }], says: true },
  'Videos.edit': { args: () => [{ prompt: SAID, video: { id: 'video_1' } }], says: true },
  'Videos.extend': { args: () => [{ prompt: SAID, seconds: '4', video: { id: 'video_1' } }], says: true },
  'Videos.remix': { args: () => ['video_1', { prompt: SAID }], says: true },
  'FineTuning.Alpha.Graders.run': {
    args: () => [
      {
        model_sample: SAID,
        item: { answer: PRIVATE },
        grader: { type: 'score_model', model: 'gpt-4.1', name: PRIVATE, input: [] },
      },
    ],
    says: true,
  },
  'Conversations.Items.create': {
    args: () => ['conv_1', { items: [{ role: 'user', content: SAID }] }],
    says: true,
  },
  'Realtime.ClientSecrets.create': {
    args: () => [{ session: { type: 'realtime', model: 'gpt-realtime', instructions: SAID } }],
    says: true,
  },
  'Audio.Translations.create': { args: (file) => [{ model: 'whisper-1', file, prompt: SAID }], says: true },
  'VectorStores.search': {
    args: () => ['vs_1', { query: SAID, filters: { type: 'eq', key: PRIVATE, value: PRIVATE } }],
    says: true,
  },
  'Beta.Threads.createAndRun': { args: () => [run], says: true, streams: true },
  'Beta.Threads.Runs.create': { args: () => ['thread_1', run], says: true, streams: true },
  'Beta.Threads.Runs.submitToolOutputs': {
    args: () => ['run_1', { thread_id: 'thread_1', tool_outputs: [{ tool_call_id: 'call_1', output: SAID }] }],
    says: true,
    streams: true,
  },
  'Decisions.create': {
    args: () => [
      {
        model: 'gpt-6-luna',
        input: SAID,
        questions: [{ type: 'choice', name: 'q', instructions: SAID, choices: [{ value: true }] }],
      },
    ],
    says: true,
  },
};

/** The method of a client that an operation is about: of SDK 6, or one like it where SDK 6 lacks it. */
export function methodOf(client: OpenAI, name: string): ((...args: unknown[]) => PromiseLike<unknown>) | undefined {
  const path = name.split('.').map((part) => part[0]?.toLowerCase() + part.slice(1));
  const method = path.pop() ?? '';
  const resource = path.reduce<unknown>((at, key) => Reflect.get(Object(at), key), client);
  const found: unknown = Reflect.get(Object(resource), method);
  return typeof found === 'function' ? (...args) => Reflect.apply(found, resource, args) : undefined;
}
