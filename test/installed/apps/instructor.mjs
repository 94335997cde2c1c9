import instructor from '@instructor-ai/instructor';
import OpenAI from 'openai';
import { z } from 'zod/v3';

const client = instructor({ client: new OpenAI(), mode: 'TOOLS' });
await client.chat.completions.create({
  model: 'gpt-4.1-mini',
  messages: [{ role: 'user', content: 'Ann is 30.' }],
  response_model: { schema: z.object({ name: z.string() }), name: 'Person' },
});
