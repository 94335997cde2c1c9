import { openAI } from '@genkit-ai/compat-oai/openai';
import { genkit } from 'genkit';

const ai = genkit({ plugins: [openAI({ apiKey: process.env.OPENAI_API_KEY, baseURL: process.env.OPENAI_BASE_URL })] });
await ai.generate({ model: openAI.model('gpt-4.1-mini'), prompt: 'Say hello.' });
