/**
 * Traces `openai` and `@openai/agents` without a line of code, through the OpenTelemetry SDK of the process:
 *
 * ```sh
 * node --import opentelemetry-instrumentation-openai/auto app.mjs
 * ```
 *
 * It registers the loader hooks of `/register` and creates both instrumentations. They use the global providers: the SDK can
 * register them before or after this. `OTEL_INSTRUMENTATION_OPENAI_…` variables set the options. With
 * `OTEL_INSTRUMENTATION_OPENAI_CONSOLE=true` it starts an SDK that draws each trace in the terminal. With
 * `OTEL_SDK_DISABLED=true` it does nothing.
 */
import './register.js';
import { OpenAIAgentsInstrumentation } from './agents/instrumentation.js';
import { startConsoleSdk } from './auto/console-sdk.js';
import { warnWithoutSdk } from './auto/missing-sdk.js';
import { turnOffUpstream } from './auto/upstream.js';
import { OpenAIInstrumentation } from './instrumentation.js';

if (!isTrue(process.env.OTEL_SDK_DISABLED)) {
  turnOffUpstream();
  if (isTrue(process.env.OTEL_INSTRUMENTATION_OPENAI_CONSOLE)) startConsoleSdk();
  new OpenAIInstrumentation({
    ignoreRequestHook: () => {
      warnWithoutSdk();
      return false;
    },
  });
  new OpenAIAgentsInstrumentation();
}

function isTrue(variable: string | undefined): boolean {
  return variable?.trim().toLowerCase() === 'true';
}
