/**
 * Runs the tool loop for responses, which only SDK 7 has, and prints what the application and the API saw of it, as JSON on
 * one line: `node responses-child.mjs {cjs|esm}`
 */
import { trace } from '@opentelemetry/api';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { load } from './load.mjs';

const [format = ''] = process.argv.slice(2);
const { default: OpenAI } = await load('7', format, 'openai');
const { ResponsesToolRunner } = await load('7', format, 'openai/helpers/responses-tool-runner');
const api = await startFakeOpenAI();
const openai = new OpenAI({ apiKey: 'sk-pretend', baseURL: api.url, maxRetries: 0 });

const tool = {
  type: 'function',
  name: 'get_weather',
  strict: false,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

/** @param {(args: { city: string }) => unknown} execute */
async function ask(execute) {
  const runner = new ResponsesToolRunner({ functions: [{ tool, execute }] });
  const input = [{ role: 'user', content: 'What is the weather in Paris?' }];
  return runner
    .run(openai, { model: 'gpt-4.1-mini', input })
    .then((/** @type {{ output_text: string }} */ final) => final.output_text, String);
}

const outcomes = await trace.getTracer('test').startActiveSpan('question', async (span) => {
  const answered = await ask(async ({ city }) => `${city}: 21 °C`);
  const failed = await ask(() => {
    throw new RangeError('no weather here');
  });
  span.end();
  return { answered, failed };
});
await api.close();
console.log(JSON.stringify({ outcomes, requests: api.requests.map(({ body }) => body) }));
