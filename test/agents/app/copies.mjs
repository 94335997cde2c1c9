/** `node --import ./telemetry.mjs copies.mjs <api url> [package.json beside a copy of the SDK]`: one run in each copy, at once. */
import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
import { takeSpans } from './telemetry.mjs';
import { drawTree } from './tree.mjs';

const [url = '', from] = process.argv.slice(2);
/** @type {Record<string, any>} */
const copies = from ? { old: createRequire(from)('@openai/agents') } : await import('./both.mjs');
const tracer = trace.getTracer('application');

/** @param {string} name @param {any} sdk */
function ask(name, { Agent, OpenAIProvider, Runner, tool, setTraceProcessors }) {
  setTraceProcessors([]);
  const weather = tool({
    name: 'weather',
    description: 'The weather',
    strict: false,
    parameters: { type: 'object', properties: {}, required: [], additionalProperties: true },
    execute: () => tracer.startActiveSpan('db query', (span) => span.end()),
  });
  const agent = new Agent({ name, instructions: 'Help.', tools: [weather] });
  const modelProvider = new OpenAIProvider({ apiKey: 'sk-pretend', baseURL: url, useResponses: false });
  return new Runner({ model: 'gpt-4.1-mini', modelProvider }).run(agent, 'How is the weather?');
}

await Promise.all(Object.entries(copies).map(([name, sdk]) => ask(name, sdk)));
const { spans, open } = takeSpans();
console.log(JSON.stringify({ tree: drawTree(spans), open }));
