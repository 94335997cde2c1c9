import { OpenAI } from '@llamaindex/openai';

const model = new OpenAI({ model: 'gpt-4.1-mini', baseURL: process.env.OPENAI_BASE_URL });
const messages = [{ role: 'user', content: 'Say hello.' }];
await model.chat({ messages });
for await (const _ of await model.chat({ messages, stream: true }));
