/** What the API says, as `Response` objects made in this process, and the parameters that ask for it. */

export const HEADERS = {
  'x-request-id': 'req_0123456789abcdef0123456789abcdef',
  'openai-organization': 'org-bench',
  'openai-processing-ms': '312',
  'openai-version': '2020-10-01',
  'x-ratelimit-limit-requests': '10000',
  'x-ratelimit-limit-tokens': '2000000',
  'x-ratelimit-remaining-requests': '9999',
  'x-ratelimit-remaining-tokens': '1999950',
};

const COMMON = {
  id: 'chatcmpl-0123456789abcdefghijklmnopqrs',
  created: 1735689600,
  model: 'gpt-4o-mini-2024-07-18',
  service_tier: 'default',
  system_fingerprint: 'fp_0123456789',
};

const MESSAGES = [
  { role: /** @type {const} */ ('system'), content: 'You answer in one short sentence.' },
  { role: /** @type {const} */ ('user'), content: 'What is the capital of France?' },
];

export const chatParams = { model: 'gpt-4o-mini', messages: MESSAGES, temperature: 0.2, max_tokens: 200 };
export const streamParams = { ...chatParams, stream: /** @type {const} */ (true) };

/** @param {number} messages how many the conversation has */
export function longParams(messages) {
  const turn = Array.from({ length: messages }, (_, index) => ({
    role: index % 2 === 0 ? /** @type {const} */ ('user') : /** @type {const} */ ('assistant'),
    content: `Message number ${index}, of a length that people write.`,
  }));
  return { ...chatParams, messages: turn };
}

/** @param {object} body */
export function jsonAnswer(body) {
  const text = JSON.stringify(body);
  const headers = { ...HEADERS, 'content-type': 'application/json' };
  return () => new Response(text, { headers });
}

/**
 * Server-sent events, one a read, as they come from a model.
 * @param {number} chunks
 */
export function sseAnswer(chunks) {
  const encoder = new TextEncoder();
  const piece = encoder.encode(`data: ${JSON.stringify(chunk('word '))}\n\n`);
  const end = encoder.encode('data: [DONE]\n\n');
  const headers = { ...HEADERS, 'content-type': 'text/event-stream' };
  return () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(sent < chunks ? piece : end);
        if (sent++ === chunks) controller.close();
      },
    });
    return new Response(body, { headers });
  };
}

/** @param {string} content */
export function chunk(content) {
  return {
    ...COMMON,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
  };
}

/** @param {string} content */
export function completion(content) {
  return withMessage({ content }, 'stop');
}

/**
 * @param {object} message
 * @param {string} finish_reason
 */
function withMessage(message, finish_reason) {
  return {
    ...COMMON,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', refusal: null, annotations: [], ...message },
        logprobs: null,
        finish_reason,
      },
    ],
    usage: {
      prompt_tokens: 24,
      completion_tokens: 8,
      total_tokens: 32,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
  };
}
