import { createOpenAI } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';

const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
const agent = new Agent({ name: 'helper', instructions: 'Be brief.', model: openai.chat('gpt-4.1-mini') });
await agent.generate('Say hello.');
