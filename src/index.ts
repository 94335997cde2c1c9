export type {
  BaseURL,
  ContentCapture,
  ContentHookInfo,
  OpenAIInstrumentationConfig,
  OperationTypes,
  RequestInfo,
  ResponseInfo,
} from './config.js';
export { ContextAttributesSpanProcessor, withAttributes } from './context.js';
export { OpenAIInstrumentation } from './instrumentation.js';
export type * from './operations/content.js';
