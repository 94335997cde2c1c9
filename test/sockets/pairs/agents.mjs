import { WebSocket } from 'ws';
import { describe } from './picture.mjs';

/** What a session and its transport emit, apart from each message. */
const SESSION_EVENTS = [
  'agent_start',
  'agent_end',
  'agent_tool_start',
  'agent_tool_end',
  'agent_handoff',
  'guardrail_tripped',
  'history_added',
  'tool_approval_requested',
];
const TRANSPORT_EVENTS = ['connection_change', 'turn_started', 'turn_done', 'function_call'];
const QUESTION = 'What is the weather in Paris?';

/**
 * @param {any} stage The Agents SDK, a server and the picture that is taken.
 * @param {(args: any) => Promise<string>} execute
 * @param {object} [more]
 */
function weather({ sdk, picture }, execute, more) {
  return sdk.tool({
    name: 'get_weather',
    description: 'The weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
    execute: async (/** @type {unknown} */ args) => {
      picture.add('tool', args);
      return execute(args);
    },
    ...more,
  });
}

/**
 * A voice session of the Agents SDK.
 *
 * @param {any} stage
 * @param {object} agent
 * @param {{ baseURL?: string, silent?: boolean, options?: object | undefined }} [more]
 */
function open(
  { sdk, picture, server, transport: kind },
  agent,
  { baseURL = server.url, silent = false, options } = {},
) {
  const { RealtimeAgent, RealtimeSession, OpenAIRealtimeWebSocket } = sdk;
  const url = `${baseURL.replace('https', 'wss')}/realtime?model=gpt-realtime`;
  const socket = kind === 'ws' ? new WebSocket(url) : new globalThis.WebSocket(url);
  const transport = new OpenAIRealtimeWebSocket({ createWebSocket: async () => socket });
  const session = new RealtimeSession(new RealtimeAgent({ name: 'guide', ...agent }), {
    transport,
    model: 'gpt-realtime',
    ...options,
  });
  picture.look('session', session);
  picture.look('transport', transport);
  for (const name of SESSION_EVENTS) session.on(name, () => picture.add(name));
  if (!silent) session.on('error', (/** @type {any} */ { error }) => picture.add('error', describe(error)));
  for (const name of TRANSPORT_EVENTS) {
    transport.on(name, (/** @type {any} */ first) => picture.add(name, first?.type ?? first));
  }
  transport.on('*', (/** @type {any} */ { type }) => picture.add('*', type));
  return { session, transport, socket };
}

/**
 * @param {any} stage
 * @param {ReturnType<typeof open>} opened
 */
async function close({ picture }, { session, transport, socket }) {
  const end = new Promise((resolve) => {
    socket.addEventListener('close', (/** @type {any} */ { code, reason }) => resolve([code, reason]), { once: true });
  });
  session.close();
  picture.add('close', await end);
  picture.look('closed session', session);
  picture.look('closed transport', transport);
}

/**
 * Asks for the weather, until a number of responses have ended.
 *
 * @param {any} stage
 * @param {object} agent
 * @param {{ turns?: number, question?: string, options?: object | undefined }} [more]
 */
async function converse(stage, agent, { turns = 2, question = QUESTION, options } = {}) {
  const opened = open(stage, agent, { options });
  await opened.session.connect({ apiKey: 'sk-test' });
  stage.picture.look('connected socket', opened.socket);
  const done = stage.picture.until('turn_done', turns);
  opened.session.sendMessage(question);
  await done;
  await close(stage, opened);
}

const sunny = async () => 'sunny';
const fails = async () => {
  throw new RangeError('no such city');
};

/**
 * Asks for the weather of a tool that fails and has no `errorFunction`, until that shows.
 *
 * @param {any} stage
 * @param {string} shown where it shows
 * @param {{ silent?: boolean }} [how]
 */
async function failWithTool(stage, shown, how) {
  const opened = open(stage, { tools: [weather(stage, fails, { errorFunction: null })] }, how);
  await opened.session.connect({ apiKey: 'sk-test' });
  const failed = stage.picture.until(shown);
  opened.session.sendMessage(QUESTION);
  await failed;
  await close(stage, opened);
}

/** @type {Record<string, (stage: any) => Promise<void>>} */
export const agentsScenarios = {
  'a voice session with a tool': (stage) => converse(stage, { tools: [weather(stage, sunny)] }),

  'a tool that fails': (stage) => converse(stage, { tools: [weather(stage, fails)] }),

  'a tool that fails, and the session with it': (stage) => failWithTool(stage, 'error'),

  'a tool that fails, and nobody listens': (stage) => failWithTool(stage, 'unhandled rejection', { silent: true }),

  async 'a hand-off'(stage) {
    const { sdk, picture } = stage;
    const billing = new sdk.RealtimeAgent({ name: 'billing' });
    const handoffs = [sdk.handoff(billing, { onHandoff: () => picture.add('on hand-off') })];
    await converse(stage, { handoffs }, { question: 'Transfer me, please.' });
  },

  async 'a guardrail'(stage) {
    let answers = 0;
    const execute = async () => ({ tripwireTriggered: answers++ === 0, outputInfo: {} });
    const options = { outputGuardrails: [{ name: 'strict', execute }] };
    await converse(stage, {}, { question: 'Hello', options });
  },

  async approvals(stage) {
    for (const decide of ['approve', 'reject']) {
      const opened = open(stage, { tools: [weather(stage, sunny, { needsApproval: true })] });
      const { session } = opened;
      session.on('tool_approval_requested', async (/** @type {any[]} */ ...[, , { approvalItem }]) => {
        stage.picture.add(decide, await session[decide](approvalItem));
      });
      await session.connect({ apiKey: 'sk-test' });
      const done = stage.picture.until('agent_tool_end', decide === 'approve' ? 1 : 2);
      session.sendMessage(QUESTION);
      await done;
      await close(stage, opened);
    }
  },

  async 'an approval that fails, and nobody listens'(stage) {
    const tools = [weather(stage, fails, { needsApproval: true, errorFunction: null })];
    const opened = open(stage, { tools });
    const { session } = opened;
    session.on('tool_approval_requested', (/** @type {any[]} */ ...[, , { approvalItem }]) => {
      session.approve(approvalItem);
    });
    await session.connect({ apiKey: 'sk-test' });
    const failed = stage.picture.until('unhandled rejection');
    session.sendMessage(QUESTION);
    await failed;
    await close(stage, opened);
  },

  async 'a tool that never ends'(stage) {
    const opened = open(stage, { tools: [weather(stage, () => new Promise(() => {}))] });
    await opened.session.connect({ apiKey: 'sk-test' });
    const running = stage.picture.until('tool');
    opened.session.sendMessage(QUESTION);
    await running;
    await close(stage, opened);
  },

  async 'a voice session that is refused'(stage) {
    const { session } = open(stage, {}, { baseURL: stage.server.scenario('refuse-401') });
    await session.connect({ apiKey: 'sk-test' }).catch((/** @type {unknown} */ error) => {
      stage.picture.add('rejected', describe(error));
    });
  },
};
