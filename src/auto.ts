/**
 * Traces `openai`, `@openai/agents` and the SDKs of other providers (option `packages`) without a line of code, through the
 * OpenTelemetry SDK of the process:
 *
 * ```sh
 * node --import opentelemetry-instrumentation-openai/auto app.mjs
 * ```
 *
 * It registers the loader hooks of `/register`, creates both instrumentations and calls `flushOnExit()`. The instrumentations
 * use the global providers: the SDK can register them before or after this. `OTEL_INSTRUMENTATION_OPENAI_…` variables set the
 * options. With `OTEL_INSTRUMENTATION_OPENAI_CONSOLE=true` it starts an SDK that draws each trace in the terminal. With
 * `OTEL_SDK_DISABLED=true` it does nothing.
 */
import './register.js';
import { OpenAIAgentsInstrumentation } from './agents/instrumentation.js';
import { startConsoleSdk } from './auto/console-sdk.js';
import { warnWithoutSdk } from './auto/missing-sdk.js';
import { turnOffUpstream } from './auto/upstream.js';
import { flushOnExit } from './flush.js';
import { OpenAIInstrumentation } from './instrumentation.js';
import { SDK_PACKAGES } from './packages.js';

if (!isTrue(process.env.OTEL_SDK_DISABLED)) {
  turnOffUpstream();
  if (wantsConsole(process.env.OTEL_INSTRUMENTATION_OPENAI_CONSOLE)) startConsoleSdk();
  new OpenAIInstrumentation({
    // The option would beat the variable.
    ...(process.env.OTEL_INSTRUMENTATION_OPENAI_PACKAGES?.trim() ? {} : { packages: SDK_PACKAGES }),
    ignoreRequestHook: () => {
      warnWithoutSdk();
      return false;
    },
  });
  new OpenAIAgentsInstrumentation();
  flushOnExit();
}

function wantsConsole(variable: string | undefined): boolean {
  const isValid = ['', 'true', 'false'].includes((variable ?? '').trim().toLowerCase());
  if (!isValid) process.emitWarning('OTEL_INSTRUMENTATION_OPENAI_CONSOLE must be true or false; using false');
  return isTrue(variable);
}

function isTrue(variable: string | undefined): boolean {
  return variable?.trim().toLowerCase() === 'true';
}
