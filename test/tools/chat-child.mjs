/**
 * Runs every scenario with one SDK, and prints what the application and the API saw of it, as JSON on one line:
 * `node child.mjs {major} {cjs|esm}`
 */
import { trace } from '@opentelemetry/api';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { load } from './load.mjs';
import { scenarios } from './scenarios.mjs';

const [major = '', format = ''] = process.argv.slice(2);
const { default: OpenAI } = await load(major, format, 'openai');
const { makeParseableTool } = await load(major, format, 'openai/lib/parser');
const api = await startFakeOpenAI();
const openai = new OpenAI({ apiKey: 'sk-pretend', baseURL: api.url, maxRetries: 0 });
const chat = openai.beta.chat?.completions ?? openai.chat.completions;

/** @type {Record<string, unknown>} */
const outcomes = {};
for (const [name, scenario] of Object.entries(scenarios)) {
  outcomes[name] = await trace.getTracer('test').startActiveSpan(name, async (span) => {
    const outcome = await scenario({ chat, makeParseableTool }).catch(String);
    span.end();
    return outcome;
  });
}
await api.close();
console.log(JSON.stringify({ outcomes, requests: api.requests.map(({ body }) => body) }));
