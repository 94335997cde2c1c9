import OpenAI from 'openai';
import { exercise, options } from './exercise.cjs';

/** @type {{ work(): string }} */
const { work } = await import(String('pg'));
console.log(work());
await exercise('early', new OpenAI(options));
