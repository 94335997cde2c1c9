import type { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';

/** What tests have created. `test/setup/clean-up.ts` disables it after each file. */
export const instrumentations = new Set<OpenAIInstrumentation>();
