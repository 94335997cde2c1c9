import { register } from 'node:module';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { start } from './memory.mjs';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
start({ instrumentations: [new OpenAIInstrumentation()] });
