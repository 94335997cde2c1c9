import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { INSTALLED, type PrintedSpan, runApp } from './home.js';

const OURS = 'opentelemetry-instrumentation-openai';
const page = readFileSync(join(INSTALLED, 'docs/frameworks.md'), 'utf8');
const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
beforeAll(async () => {
  api = await startFakeOpenAI();
});
afterAll(() => api.close());

describe.each([
  ['langchain', '@langchain/openai', ['chat', 'chat', 'embeddings']],
  ['llamaindex', '@llamaindex/openai', ['chat', 'chat']],
  ['instructor', '@instructor-ai/instructor', ['chat']],
  ['genkit', '@genkit-ai/compat-oai', ['chat']],
  ['ai-sdk', '@ai-sdk/openai', []],
  ['mastra', '@mastra/core', []],
])('docs/frameworks.md: %s', (app, name, operations) => {
  it('names the version that is run here', () => {
    expect(page).toMatch(new RegExp(`\`${name}\` \\| ${dependencies[name].replaceAll('.', '\\.')} \\|`));
  });

  it(`is traced as ${operations.join(', ') || 'nothing'}`, async () => {
    api.reset();
    const spans = await runApp<PrintedSpan[]>(['ours.mjs'], ['apps/spans.mjs', `./${app}.mjs`], {
      OPENAI_BASE_URL: api.url,
    });
    // It did call the model.
    expect(api.requests.length).toBeGreaterThanOrEqual(Math.max(operations.length, 1));
    const ours = spans.filter(({ scope }) => scope === OURS);
    expect(ours.map(({ attributes }) => attributes['gen_ai.operation.name'])).toEqual(operations);
  });
});
