const { NodeSDK } = require('@opentelemetry/sdk-node');
const { flushOnExit, OpenAIInstrumentation } = require('opentelemetry-instrumentation-openai');

const sdk = new NodeSDK({
  serviceName: 'my-app',
  instrumentations: [new OpenAIInstrumentation()],
});
sdk.start();
flushOnExit();
