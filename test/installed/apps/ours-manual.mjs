import OpenAI from 'openai';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { start } from './memory.mjs';

const instrumentation = new OpenAIInstrumentation();
start({ instrumentations: [instrumentation] });
instrumentation.manuallyInstrument(OpenAI);
