import { WebSocket } from 'ws';
import { describe } from './picture.mjs';

/**
 * A voice session of the Agents SDK, with a tool.
 *
 * @param {any} stage The Agents SDK, a server and the picture that is taken.
 * @param {string} baseURL
 */
function open({ sdk, picture }, baseURL) {
  const { RealtimeAgent, RealtimeSession, OpenAIRealtimeWebSocket, tool } = sdk;
  const weather = tool({
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
      return 'sunny';
    },
  });
  const agent = new RealtimeAgent({ name: 'guide', instructions: 'Be kind.', tools: [weather] });
  const socket = new WebSocket(`${baseURL.replace('https', 'wss')}/realtime?model=gpt-realtime`);
  const transport = new OpenAIRealtimeWebSocket({ createWebSocket: async () => socket });
  const session = new RealtimeSession(agent, { transport, model: 'gpt-realtime' });
  picture.look('session', session);
  picture.look('transport', transport);
  for (const name of ['agent_start', 'agent_end', 'agent_tool_start', 'agent_tool_end', 'history_added']) {
    session.on(name, () => picture.add(name));
  }
  session.on('error', (/** @type {any} */ { error }) => picture.add('error', describe(error)));
  for (const name of ['connection_change', 'turn_started', 'turn_done', 'function_call']) {
    transport.on(name, (/** @type {any} */ first) => picture.add(name, first?.type ?? first));
  }
  transport.on('*', (/** @type {any} */ { type }) => picture.add('*', type));
  return { session, transport, socket };
}

/** @type {Record<string, (stage: any) => Promise<void>>} */
export const agentsScenarios = {
  async 'a voice session with a tool'(stage) {
    const { session, transport, socket } = open(stage, stage.server.url);
    await session.connect({ apiKey: 'sk-test' });
    stage.picture.look('connected socket', socket);
    const done = stage.picture.until('turn_done', 2);
    session.sendMessage('What is the weather in Paris?');
    await done;
    const end = new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, String(reason)])));
    session.close();
    stage.picture.add('close', await end);
    stage.picture.look('closed session', session);
    stage.picture.look('closed transport', transport);
  },

  async 'a voice session that is refused'(stage) {
    const { session } = open(stage, stage.server.scenario('refuse-401'));
    await session.connect({ apiKey: 'sk-test' }).catch((/** @type {unknown} */ error) => {
      stage.picture.add('rejected', describe(error));
    });
  },
};
