const { NodeSDK } = require('@opentelemetry/sdk-node');
const { OpenAIInstrumentation } = require('opentelemetry-instrumentation-openai');

const sdk = new NodeSDK({
  serviceName: 'my-app',
  instrumentations: [new OpenAIInstrumentation()],
});
sdk.start();
process.once('beforeExit', () => sdk.shutdown().catch(console.error));
