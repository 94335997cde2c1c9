import { observeOpenAI } from '@langfuse/openai';
import { start } from './memory.mjs';

start({ wrap: (client) => observeOpenAI(client, { sessionId: 's-1', userId: 'ann' }) });
