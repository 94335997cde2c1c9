import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { trace } from '@opentelemetry/api';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';

const { say = [] } = parseArgs({ options: { say: { type: 'string', multiple: true } } }).values;
const tracer = trace.getTracer('realtime-chat');

const TOOLS = [
  {
    type: /** @type {const} */ ('function'),
    name: 'get_weather',
    description: 'The weather of a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];

const rt = new OpenAIRealtimeWS({ model: 'gpt-realtime', options: { ca: process.env.REALTIME_CA } });
/** Called when the model has nothing more to ask of the application. */
let onAnswered = () => {};

rt.on('error', (error) => console.error(error.message));
rt.on('response.output_text.delta', ({ delta }) => process.stdout.write(delta));
rt.on('response.done', ({ response }) => {
  const calls = (response.output ?? []).filter((item) => item.type === 'function_call');
  for (const { arguments: args, call_id = '' } of calls) {
    const item = { type: /** @type {const} */ ('function_call_output'), call_id, output: weather(JSON.parse(args)) };
    rt.send({ type: 'conversation.item.create', item });
  }
  if (calls.length > 0) rt.send({ type: 'response.create' });
  else onAnswered();
});

await new Promise((resolve) => rt.on('session.created', resolve));
rt.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], tools: TOOLS } });

for await (const text of sentences()) {
  const content = [{ type: /** @type {const} */ ('input_text'), text }];
  rt.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
  const answered = new Promise((resolve) => {
    onAnswered = () => resolve(undefined);
  });
  rt.send({ type: 'response.create' });
  await answered;
  process.stdout.write('\n');
}
rt.close();

/** What was given with `--say`, else what is typed. */
async function* sentences() {
  for (const text of say) {
    console.log(`> ${text}`);
    yield text;
  }
  if (say.length > 0) return;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  for (;;) {
    const text = await terminal.question('> ').catch(() => '');
    if (text === '') break;
    yield text;
  }
  terminal.close();
}

/**
 * Stands for anything that an application does for the model.
 *
 * @param {{ city: string }} question
 */
function weather({ city }) {
  return tracer.startActiveSpan('weather service', (span) => {
    span.end();
    return `21 degrees and sunny in ${city}`;
  });
}
