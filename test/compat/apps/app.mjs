import OpenAI from 'openai';
import { exercise, options } from './exercise.cjs';

await exercise('esm', new OpenAI(options));
