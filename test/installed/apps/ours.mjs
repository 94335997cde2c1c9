import 'opentelemetry-instrumentation-openai/register';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { start } from './memory.mjs';

const more = process.env.WITH_CONTENT ? { captureMessageContent: 'span', inspectStreams: true } : {};
start({ instrumentations: [new OpenAIInstrumentation(more)] });
