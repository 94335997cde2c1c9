export type {
  ContentCapture,
  ContentHookInfo,
  OpenAIAgentsInstrumentationConfig,
  SpanHookInfo,
} from '../config.js';
export type * from '../operations/content.js';
export { OpenAIAgentsInstrumentation } from './instrumentation.js';
