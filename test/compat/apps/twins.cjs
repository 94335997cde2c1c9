const { OpenAIInstrumentation } = require('opentelemetry-instrumentation-openai');
require('./telemetry.cjs');

new OpenAIInstrumentation();
