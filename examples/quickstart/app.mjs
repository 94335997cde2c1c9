import OpenAI from 'openai';

const openai = new OpenAI();

const { choices } = await openai.chat.completions.create({
  model: 'gpt-4.1-mini',
  messages: [{ role: 'user', content: 'Say hello.' }],
});
console.log(choices[0]?.message.content);
