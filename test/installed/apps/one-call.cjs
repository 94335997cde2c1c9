// The call of one-call.mjs, in CommonJS.
const OpenAI = require('openai');

new OpenAI().chat.completions
  .create({ model: 'gpt-4.1-mini', messages: [{ role: 'user', content: 'Say hello.' }] })
  .then(() => {
    console.log(JSON.stringify(globalThis.peer.finishedSpans()));
    process.exit();
  });
