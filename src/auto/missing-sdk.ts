import { trace } from '@opentelemetry/api';
import { fieldsOf } from '../read.js';
import { PACKAGE_NAME } from '../version.js';

let warned = false;

/** Warns once, on stderr, that nothing is recorded. Without an SDK there is no diagnostic logger to write to. */
export function warnWithoutSdk(): void {
  if (warned || hasSdk()) return;
  warned = true;
  process.emitWarning(
    'a call through openai is not recorded, because no OpenTelemetry SDK is registered in this process. ' +
      'Start one, for example with --import @opentelemetry/auto-instrumentations-node/register, or set ' +
      'OTEL_INSTRUMENTATION_OPENAI_CONSOLE=true to see traces in the terminal.',
    { type: PACKAGE_NAME, code: 'NO_OPENTELEMETRY_SDK' },
  );
}

/** Until an SDK registers its provider, the API's proxy has no delegate (`ProxyTracerProvider`, API 1.9 and later). */
export function hasSdk(): boolean {
  const provider = trace.getTracerProvider();
  const { getDelegateTracer } = fieldsOf(provider);
  return typeof getDelegateTracer !== 'function' || getDelegateTracer.call(provider, PACKAGE_NAME) !== undefined;
}
