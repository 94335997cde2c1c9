import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';

const model = new ChatOpenAI({ model: 'gpt-4.1-mini' });
await model.invoke('Say hello.');
for await (const _ of await model.stream('Say hello.'));
await new OpenAIEmbeddings({ model: 'text-embedding-3-small' }).embedQuery('Hello');
