import { OpenAI } from 'openai';
import { exercise, options } from './exercise.cjs';

const { OpenAI: Other } = await import(String(process.env.OTHER_SDK));

await exercise('one major', new OpenAI(options));
await exercise('another', new Other(options));
