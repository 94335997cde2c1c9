// What TypeScript makes of an ES module telemetry file in a CommonJS package.
require('opentelemetry-instrumentation-openai/register');
require('./telemetry.cjs');
