// Beside `--import @opentelemetry/auto-instrumentations-node/register`, which starts the SDK.
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';

registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()] });
