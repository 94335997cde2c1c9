import OpenAI, { type ClientOptions } from 'openai';
import { exercise, options } from './exercise.cjs';

const typed: ClientOptions = options;
exercise('typescript', new OpenAI(typed));
