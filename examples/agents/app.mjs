/** An assistant for a to-do list, on `@openai/agents`. It knows nothing of the instrumentation. */
import { Agent, OpenAIProvider, Runner, setTraceProcessors, tool } from '@openai/agents';
import { trace } from '@opentelemetry/api';
import { z } from 'zod';

// The Agents SDK would send its own traces to OpenAI as well. OpenTelemetry gets them all the same.
setTraceProcessors([]);

const tracer = trace.getTracer('todo-assistant');
/** @type {string[]} */
const list = [];

const add = tool({
  name: 'add',
  description: 'Adds something to the list',
  parameters: z.object({ what: z.string() }),
  execute: ({ what }) => query('INSERT todo', () => `${list.push(what)} to do`),
});

const show = tool({
  name: 'show',
  description: 'Shows the list',
  parameters: z.object({}),
  execute: () => query('SELECT todo', () => list.join(', ')),
});

const assistant = new Agent({
  name: 'todo',
  instructions: 'You look after a to-do list. Use the tools.',
  tools: [add, show],
});

for (const [api, useResponses] of /** @type {const} */ ([
  ['chat completions', false],
  ['responses', true],
])) {
  const modelProvider = new OpenAIProvider({ useResponses });
  const runner = new Runner({ model: 'gpt-4.1-mini', modelProvider, workflowName: 'To-do list', groupId: 'chat-7' });
  await tracer.startActiveSpan(`POST /chat, over ${api}`, async (span) => {
    const result = await runner.run(assistant, 'Please add milk and show me the list', { stream: true });
    process.stdout.write(`→ ${api}: `);
    for await (const event of result) {
      if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta') {
        process.stdout.write(event.data.delta);
      }
    }
    console.log();
    await result.completed;
    span.end();
  });
}

/**
 * Pretends to ask a database.
 *
 * @template T
 * @param {string} name
 * @param {() => T} work
 * @returns {T}
 */
function query(name, work) {
  return tracer.startActiveSpan(name, (span) => {
    try {
      return work();
    } finally {
      span.end();
    }
  });
}
