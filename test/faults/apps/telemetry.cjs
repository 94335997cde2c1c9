/** What an application loads first. `OPENAI_INSTRUMENTATIONS` is how many it registers. */

const { NodeSDK } = require('@opentelemetry/sdk-node');
const { OpenAIInstrumentation } = require('opentelemetry-instrumentation-openai');

const count = Number(process.env.OPENAI_INSTRUMENTATIONS ?? 1);
const instrumentations = Array.from({ length: count }, () => new OpenAIInstrumentation());
const sdk = new NodeSDK({ instrumentations, autoDetectResources: false });
sdk.start();

module.exports = { sdk, instrumentations };
