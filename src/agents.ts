export { OpenAIAgentsInstrumentation } from './agents/instrumentation.js';
export type {
  ContentCapture,
  ContentHookInfo,
  OpenAIAgentsInstrumentationConfig,
  SpanHookInfo,
} from './config.js';
export type * from './operations/content.js';
