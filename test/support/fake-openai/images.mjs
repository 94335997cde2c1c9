import { words } from './brain.mjs';
import { formFields } from './multipart.mjs';
import { jsonReply, missingReply, namedSseReply } from './reply.mjs';

/** @import { ApiRequest } from './index.mjs' */
/** @import { Reply } from './reply.mjs' */
/** @import { Route } from './routes.mjs' */

/** @typedef {{ model?: string, prompt?: string, n?: number, stream?: unknown, partial_images?: number }} Params */

/** One white pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+M8AAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

const LOOK = { background: 'opaque', output_format: 'png', quality: 'high', size: '1024x1024' };

/** @type {Route[]} */
export const images = [
  {
    method: 'POST',
    path: /^\/images\/generations$/,
    answer: (request) => missingReply(request, request.json, ['prompt']) ?? draw(request, request.json, 'generation'),
  },
  {
    method: 'POST',
    path: /^\/images\/edits$/,
    answer(request) {
      const fields = formFields(request);
      return missingReply(request, fields, ['prompt']) ?? draw(request, fields, 'edit');
    },
  },
  { method: 'POST', path: /^\/images\/variations$/, answer: (request) => draw(request, formFields(request), 'edit') },
];

/**
 * @param {ApiRequest} request
 * @param {Params} params Numbers are strings in a form.
 * @param {'generation' | 'edit'} kind
 * @returns {Reply}
 */
function draw(request, { model = 'dall-e-2', prompt = '', n = 1, stream, partial_images = 0 }, kind) {
  const usage = usageOf(prompt, Number(n));
  if (stream !== undefined && String(stream) === 'true') {
    const common = { b64_json: PNG, created_at: 1735689600, ...LOOK };
    const partial = Array.from({ length: Number(partial_images) }, (_, partial_image_index) => ({
      type: `image_${kind}.partial_image`,
      ...common,
      partial_image_index,
    }));
    return namedSseReply(request, [...partial, { type: `image_${kind}.completed`, ...common, usage }]);
  }
  const old = model.startsWith('dall-e');
  const image = old
    ? { url: 'https://images.example/fake.png', revised_prompt: `A picture of: ${prompt}` }
    : { b64_json: PNG };
  const data = Array.from({ length: Number(n) }, () => image);
  return jsonReply(request, { created: 1735689600, data, ...(old ? {} : { ...LOOK, usage }) });
}

/**
 * @param {string} prompt
 * @param {number} n
 */
function usageOf(prompt, n) {
  const text = words(prompt).length;
  const output = 272 * n;
  return {
    total_tokens: text + output,
    input_tokens: text,
    output_tokens: output,
    input_tokens_details: { text_tokens: text, image_tokens: 0 },
    output_tokens_details: { text_tokens: 0, image_tokens: output },
  };
}
