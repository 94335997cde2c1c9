/** Preloaded, it traces an application and prints its spans, as JSON on one line, when that has nothing left to do. */
import 'opentelemetry-instrumentation-openai/register';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { recordSpans } from './record-spans.mjs';

registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()] });
const spans = recordSpans();
process.once('beforeExit', () => console.log(JSON.stringify(spans.peek())));
