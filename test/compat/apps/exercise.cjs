const format = {
  type: 'json_schema',
  json_schema: {
    name: 'city',
    schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

/**
 * Uses a client in the three ways that instrumentations break, and prints what the application sees.
 *
 * @param {string} label
 * @param {import('openai').OpenAI} client
 */
exports.exercise = async function exercise(label, client) {
  const model = 'gpt-4o-mini';
  /** @type {{ role: 'user', content: string }[]} */
  const messages = [{ role: 'user', content: 'Where is the Eiffel Tower?' }];

  const { data, response } = await client.chat.completions.create({ model, messages }).withResponse();
  console.log(label, 'create', response.status, JSON.stringify(data));

  const stream = await client.chat.completions.create({ model, messages, stream: true });
  for await (const chunk of stream) console.log(label, 'chunk', JSON.stringify(chunk));

  // SDK v4 has it under `beta`, 4.19 nowhere.
  const completions = client.chat.completions.parse ? client.chat.completions : client.beta?.chat?.completions;
  if (!completions?.parse) return;
  const parsed = await completions.parse({ model, messages, response_format: format });
  console.log(label, 'parse', JSON.stringify(parsed.choices[0].message));
};

/** What every client of these applications is made with. */
exports.options = { apiKey: 'sk-pretend', baseURL: `${process.env.FAKE_ORIGIN}/v1` };

exports.azureOptions = {
  apiKey: 'pretend',
  apiVersion: '2024-10-21',
  baseURL: `${process.env.FAKE_ORIGIN}/openai`,
};
