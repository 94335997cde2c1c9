const { NodeSDK } = require('@opentelemetry/sdk-node');
const { OpenAIInstrumentation } = require('opentelemetry-instrumentation-openai');

const wrong = {
  captureMessageContents: true,
  maxContentLength: -1,
  inspectStreams: 'yes',
  metricNames: 'other',
  requestHook: 'no function',
};
const sdk = new NodeSDK({ instrumentations: [new OpenAIInstrumentation(/** @type {object} */ (wrong))] });
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
