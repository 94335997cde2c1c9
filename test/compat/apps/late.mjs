import OpenAI from 'openai';
import { exercise, options } from './exercise.cjs';

const client = new OpenAI(options);
if (process.env.TRACED) await import('./telemetry.mjs');
await exercise('late', client);
