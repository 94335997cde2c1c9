import OpenAI from 'openai';
import { exercise, options } from './exercise.cjs';

// `openai` 4 installed as `"old": "npm:openai@4"`.
const { default: Old } = await import(String('old'));
console.log(typeof new Old(options).chat.completions.create);
await exercise('alias', new OpenAI(options));
