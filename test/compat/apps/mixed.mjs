import OpenAI from 'openai';
import { ask } from './dependency.cjs';
import { exercise, options } from './exercise.cjs';

await exercise('application', new OpenAI(options));
await ask();
