import OpenAI, { type ClientOptions } from 'openai';
import { exercise, options } from './exercise.cjs';

const typed: ClientOptions = options;
await exercise('typescript', new OpenAI(typed));
