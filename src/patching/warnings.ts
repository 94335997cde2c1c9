import { type SdkPackage, SUPPORTED_VERSIONS } from '../packages.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from '../version.js';
import type { MissedRequest } from './missed-requests.js';

/** The warnings about calls that are not traced as expected. Each says what to do. */

export function notTraced(origin: string, sdk: SdkPackage): string {
  return (
    `${origin} is not traced: it has none of the methods that ${PACKAGE_NAME} ${PACKAGE_VERSION} knows, which supports ` +
    `${sdk} ${SUPPORTED_VERSIONS[sdk]}. Check whether a later version supports yours.`
  );
}

export function patchedTwice(origin: string, methods: readonly string[]): string {
  return (
    `${methods.join(', ')} of ${origin} is patched by another instrumentation too: each call creates two spans, and the ` +
    'other instrumentation may change what the application sees. Remove it, or set ' +
    'OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai if it came with @opentelemetry/auto-instrumentations-node.'
  );
}

export function notPatchable(origin: string, methods: readonly string[]): string {
  return `${methods.join(', ')} of ${origin} cannot be patched, because its class is frozen: calls of it have no span.`;
}

export const TOOK_OVER =
  'openai was traced by another OpenAIInstrumentation, which is still enabled. From now on this one, the newer, traces ' +
  'with its own options. Call disable() on an instance before you create the next one.';

export function missed({ sdkVersion, path }: MissedRequest): string {
  return (
    `openai ${sdkVersion} sent a request to ${path} that is not traced, and no call has been traced before: this copy of ` +
    'openai was loaded where the instrumentation cannot see it. ES modules: start with ' +
    `\`node --import ./telemetry.mjs app.mjs\`, and import '${PACKAGE_NAME}/register' first in telemetry.mjs. Bundles ` +
    '(Next.js) and packages installed under another name: pass the OpenAI class to manuallyInstrument(). ' +
    'See docs/troubleshooting.md.'
  );
}
