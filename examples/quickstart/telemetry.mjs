import 'opentelemetry-instrumentation-openai/register';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { flushOnExit, OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';

const sdk = new NodeSDK({
  serviceName: 'my-app',
  instrumentations: [new OpenAIInstrumentation()],
});
sdk.start();
flushOnExit();
