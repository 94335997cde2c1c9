import type { InstrumentationConfig } from '@opentelemetry/instrumentation';

/** The options of `OpenAIInstrumentation`. */
export interface OpenAIInstrumentationConfig extends InstrumentationConfig {
  /**
   * Whether calls are traced from the start; `enable()` and `disable()` switch at run time.
   * @default true
   */
  enabled?: boolean;
}
