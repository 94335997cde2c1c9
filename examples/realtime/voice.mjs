import { parseArgs } from 'node:util';
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool } from '@openai/agents/realtime';
import { trace } from '@opentelemetry/api';
import { WebSocket } from 'ws';
import { z } from 'zod';

const { say = [] } = parseArgs({ options: { say: { type: 'string', multiple: true } } }).values;
const tracer = trace.getTracer('voice-agent');

const weather = tool({
  name: 'get_weather',
  description: 'The weather of a city.',
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) =>
    // Stands for anything that an application does for the model.
    tracer.startActiveSpan('weather service', (span) => {
      span.end();
      return `21 degrees and sunny in ${city}`;
    }),
});
const desk = new RealtimeAgent({ name: 'travel desk', instructions: 'Book journeys.' });
const guide = new RealtimeAgent({
  name: 'guide',
  instructions: 'Help travellers.',
  tools: [weather],
  handoffs: [desk],
});

const { OPENAI_BASE_URL = 'https://api.openai.com/v1', OPENAI_API_KEY = '', REALTIME_CA } = process.env;
const transport = new OpenAIRealtimeWebSocket({
  createWebSocket: async ({ apiKey }) => {
    const url = `${OPENAI_BASE_URL.replace(/^http/, 'ws')}/realtime?model=gpt-realtime`;
    const headers = { Authorization: `Bearer ${apiKey}` };
    return /** @type {any} */ (new WebSocket(url, { headers, ca: REALTIME_CA }));
  },
});
const session = new RealtimeSession(guide, {
  transport,
  model: 'gpt-realtime',
  config: { outputModalities: ['text'] },
});
/** Called when the model has said something, or has nothing more to say. */
let onAnswered = () => {};

session.on('error', ({ error }) => console.error(error));
session.on('agent_end', (_, agent, text) => {
  if (text === '') return;
  console.log(`${agent.name}: ${text}`);
  onAnswered();
});

await session.connect({ apiKey: OPENAI_API_KEY });
for (const text of say) {
  console.log(`> ${text}`);
  const answered = new Promise((resolve) => {
    onAnswered = () => resolve(undefined);
  });
  session.sendMessage(text);
  await answered;
}
session.close();
