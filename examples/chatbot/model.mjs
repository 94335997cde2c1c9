import OpenAI from 'openai';

/**
 * The model to talk to, as the environment says: at Cerebras with `CEREBRAS_API_KEY`; else at OpenAI, or at any API that
 * speaks like it, with `OPENAI_API_KEY` and `OPENAI_BASE_URL`. `CHATBOT_MODEL` names the model.
 *
 * @param {Record<string, string | undefined>} [env]
 * @returns {{ openai: OpenAI, model: string }}
 * @throws {OpenAI.OpenAIError} without a key
 */
export function createModel(env = process.env) {
  const { CEREBRAS_API_KEY, CHATBOT_MODEL, OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL } = env;
  if (CEREBRAS_API_KEY) {
    const openai = new OpenAI({ apiKey: CEREBRAS_API_KEY, baseURL: 'https://api.cerebras.ai/v1' });
    return { openai, model: CHATBOT_MODEL || 'gpt-oss-120b' };
  }
  return { openai: new OpenAI({ apiKey, baseURL }), model: CHATBOT_MODEL || 'gpt-4.1-mini' };
}
