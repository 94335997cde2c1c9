const { OpenAI } = require('openai');

const openai = new OpenAI();

async function main() {
  const { choices } = await openai.chat.completions.create({
    model: 'gpt-4.1-mini',
    messages: [{ role: 'user', content: 'Say hello.' }],
  });
  console.log(choices[0]?.message.content);
}

main();
