/**
 * A to-do assistant in the terminal: streams its answers, and calls tools. Of telemetry it has what only the application
 * knows: which conversation this is, and where an answer begins and ends.
 */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { withAttributes } from 'opentelemetry-instrumentation-openai';
import { createModel } from './model.mjs';
import { tools } from './tools.mjs';

const AGENT = 'todo-assistant';
const { openai, model } = createModel();
const tracer = trace.getTracer('chatbot');
const { values } = parseArgs({ options: { say: { type: 'string', multiple: true } } });

/** @type {import('openai').OpenAI.ChatCompletionMessageParam[]} */
let messages = [{ role: 'system', content: 'You keep the to-do list of the user. Be brief.' }];

const conversation = { 'gen_ai.conversation.id': randomUUID(), 'gen_ai.agent.name': AGENT };
await withAttributes(conversation, async () => {
  for await (const said of values.say ? script(values.say) : typed()) {
    await turn(said).catch((error) => console.log(`(no answer: ${error.message})`));
  }
});

/**
 * One message and its answer: a trace.
 *
 * @param {string} said
 */
function turn(said) {
  const attributes = { 'gen_ai.operation.name': 'invoke_agent' };
  return tracer.startActiveSpan(`invoke_agent ${AGENT}`, { attributes }, async (span) => {
    try {
      await answer(said);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** @param {string} said */
async function answer(said) {
  const runner = openai.chat.completions.runTools({
    model,
    messages: [...messages, { role: 'user', content: said }],
    tools,
    stream: true,
    stream_options: { include_usage: true },
  });
  runner.on('content', (piece) => process.stdout.write(piece));
  await runner.done();
  process.stdout.write('\n');
  messages = runner.messages;
}

/** @param {string[]} lines */
function* script(lines) {
  for (const line of lines) {
    console.log(`> ${line}`);
    yield line;
  }
}

async function* typed() {
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  let open = true;
  lines.once('close', () => {
    open = false;
  });
  lines.prompt();
  for await (const line of lines) {
    if (line.trim()) yield line;
    if (open) lines.prompt();
  }
}
