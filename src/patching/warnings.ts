import { PACKAGE_NAME, PACKAGE_VERSION } from '../version.js';
import type { MissedRequest } from './missed-requests.js';

/** What is said, once, where calls are not traced as one would expect; each with its remedy. */

export function notTraced(origin: string): string {
  return (
    `${origin} is not traced: it has none of the methods that ${PACKAGE_NAME} ${PACKAGE_VERSION} knows. ` +
    'It supports openai 4.19 to 7; see whether a later version of it supports yours.'
  );
}

export function patchedTwice(origin: string, methods: readonly string[]): string {
  return (
    `${methods.join(', ')} of ${origin} is patched by another instrumentation too: each call makes two spans, and what ` +
    'that one changes for the application stays changed. Remove it, or set OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai ' +
    'if it came with @opentelemetry/auto-instrumentations-node.'
  );
}

export const TRACED_BY_TWIN =
  'openai is traced by another OpenAIInstrumentation already; this one does nothing, and its options are not used. ' +
  'Create one, and enable or disable that.';

export function missed({ sdkVersion, path }: MissedRequest): string {
  return (
    `openai ${sdkVersion} sent a request to ${path.split('?', 1)[0]} that is not traced, nor has any call been: this copy of openai was loaded ` +
    'where the instrumentation does not see it. ES modules: start with `node --import ./telemetry.mjs app.mjs`, and in ' +
    `telemetry.mjs import '${PACKAGE_NAME}/register' first. Bundled: keep openai external or, as in Next.js, ` +
    'hand it to manuallyInstrument(). See docs/troubleshooting.md.'
  );
}
