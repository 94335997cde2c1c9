import { createRequire } from 'node:module';
import { fieldsOf } from '../read.js';

/** The file of `@opentelemetry/instrumentation-openai` (0.1 to 0.22) that exports its class. */
const FILE = /[\\/]@opentelemetry[\\/]instrumentation-openai[\\/]build[\\/]src[\\/]instrumentation\.js$/;
const VARIABLE = 'OTEL_NODE_DISABLED_INSTRUMENTATIONS';
const NAME = 'openai';

/**
 * Turns off the instrumentation of `openai` that `@opentelemetry/auto-instrumentations-node` contains. It patches the same methods, so
 * each call would have two spans.
 */
export function turnOffUpstream(): void {
  excludeFromLaterStart();
  turnOffLoaded();
}

/** `getNodeAutoInstrumentations()` reads this variable, if an SDK starts after this. */
function excludeFromLaterStart(): void {
  const names = (process.env[VARIABLE] ?? '').split(',').flatMap((name) => name.trim() || []);
  if (!names.includes(NAME)) process.env[VARIABLE] = [...names, NAME].join(',');
}

/** An SDK that was started before this, by `--require` or an injected `NODE_OPTIONS`, has created the instance already. */
function turnOffLoaded(): void {
  const { cache } = createRequire(process.execPath);
  for (const module of Object.values(cache)) {
    if (!module || !FILE.test(module.filename)) continue;
    const { prototype } = fieldsOf(fieldsOf(module.exports).OpenAIInstrumentation);
    // `_onRequire` patches a module when it is loaded. The methods that it patched ask `isEnabled` on each call.
    if (prototype) Object.assign(prototype, { _onRequire: returnExports, isEnabled: () => false });
  }
}

function returnExports(_definition: unknown, exports: unknown): unknown {
  return exports;
}
