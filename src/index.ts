export type { OpenAIInstrumentationConfig } from './config.js';
export { OpenAIInstrumentation } from './instrumentation.js';
