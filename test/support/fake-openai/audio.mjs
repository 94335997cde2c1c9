import { words } from './brain.mjs';
import { formFields } from './multipart.mjs';
import { binaryReply, jsonReply, missingReply, namedSseReply, textReply } from './reply.mjs';

/** @import { ApiRequest } from './index.mjs' */
/** @import { Reply } from './reply.mjs' */
/** @import { Route } from './routes.mjs' */

/** Every byte there is, so that it shows if one of them is changed. */
const SOUND = Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256));

const HEARD = 'The quick brown fox jumps over the lazy dog.';
const SECONDS = 3;

/** @type {Route[]} */
export const audio = [
  {
    method: 'POST',
    path: /^\/audio\/speech$/,
    answer: (request) =>
      missingReply(request, request.json, ['model', 'input', 'voice']) ?? binaryReply(request, SOUND, 'audio/mpeg'),
  },
  { method: 'POST', path: /^\/audio\/transcriptions$/, answer: (request) => transcribe(request, 'transcribe') },
  { method: 'POST', path: /^\/audio\/translations$/, answer: (request) => transcribe(request, 'translate') },
];

/**
 * @param {ApiRequest} request
 * @param {'transcribe' | 'translate'} task
 * @returns {Reply}
 */
function transcribe(request, task) {
  const fields = formFields(request);
  const missing = missingReply(request, fields, ['model', 'file']);
  if (missing) return missing;
  const usage = fields.model === 'whisper-1' ? { type: 'duration', seconds: SECONDS } : tokens();
  if (String(fields.stream) === 'true') return namedSseReply(request, events(usage));
  switch (fields.response_format) {
    case 'text':
      return textReply(request, `${HEARD}\n`, 'text/plain; charset=utf-8');
    case 'srt':
      return textReply(request, `1\n00:00:00,000 --> 00:00:03,000\n${HEARD}\n\n`, 'text/plain; charset=utf-8');
    case 'verbose_json':
      return jsonReply(request, { task, language: 'english', duration: SECONDS, text: HEARD, segments: [], usage });
    default:
      return jsonReply(request, task === 'transcribe' ? { text: HEARD, usage } : { text: HEARD });
  }
}

/** @param {unknown} usage */
function events(usage) {
  const deltas = words(HEARD).map((delta) => ({ type: 'transcript.text.delta', delta }));
  return [...deltas, { type: 'transcript.text.done', text: HEARD, usage }];
}

function tokens() {
  const output = words(HEARD).length;
  return {
    type: 'tokens',
    total_tokens: 30 + output,
    input_tokens: 30,
    input_token_details: { text_tokens: 0, audio_tokens: 30 },
    output_tokens: output,
  };
}
