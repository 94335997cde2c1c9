// One call, and time to send what was made of it.
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';

await new OpenAI().chat.completions.create({
  model: 'gpt-4.1-mini',
  messages: [{ role: 'user', content: 'Say hello.' }],
});
await sleep(Number(process.env.LINGER_MS ?? 0));
console.log(JSON.stringify(globalThis.peer.finishedSpans()));
process.exit();
