import { OtherInstrumentation } from './other-instrumentation.mjs';

// Before `/register` is loaded, as `--import @opentelemetry/auto-instrumentations-node/register` does.
new OtherInstrumentation('pg');
await import('./telemetry.mjs');
