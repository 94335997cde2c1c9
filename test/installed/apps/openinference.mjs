// It does not see an ES module as it is loaded: it has to be given the class.
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai';
import OpenAI from 'openai';
import { start } from './memory.mjs';

const instrumentation = new OpenAIInstrumentation();
start({ instrumentations: [instrumentation] });
instrumentation.manuallyInstrument(OpenAI);
