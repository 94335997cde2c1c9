import { AzureOpenAI } from 'openai/azure';
import { OpenAI } from 'openai/client';
import { azureOptions, exercise, options } from './exercise.cjs';

await exercise('openai/client', new OpenAI(options));
await exercise('openai/azure', new AzureOpenAI(azureOptions));
