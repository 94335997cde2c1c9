import { type Fields, fieldsOf, listOf, text } from '../read.js';
import type { OutputMessage, Part } from './content.js';
import { ImageAssembly } from './images-stream.js';
import { MAX_LISTED, type Operation } from './operation.js';
import { textParts } from './shared/content-parts.js';
import { mediaPart } from './shared/media.js';
import { modelRequest } from './shared/model-request.js';
import { tokenUsage } from './shared/token-usage.js';
import { userTexts } from './shared/user-texts.js';

const common = {
  name: 'image_generation',
  resource: 'Images',

  request: ([params], deployment) => modelRequest(fieldsOf(params), deployment, 'image'),

  response(result) {
    const body = fieldsOf(result);
    const choices = imagesOf(body).map((_, index) => ({ index }));
    return { attributes: tokenUsage(body.usage), choices };
  },

  input: ([params]) => ({ inputMessages: userTexts(fieldsOf(params).prompt) }),

  output(result) {
    const body = fieldsOf(result);
    const format = text(body.output_format);
    return imagesOf(body).map((image) => outputMessage(fieldsOf(image), format && `image/${format}`));
  },
} satisfies Omit<Operation, 'method'>;

/** `POST /images/generations`; SDK v4 to v7, streams since v5. */
export const imagesGenerate: Operation = {
  ...common,
  method: 'generate',
  assemble: (textLimit) => new ImageAssembly(textLimit),
};

/** `POST /images/edits`; SDK v4 to v7, streams since v5. The input images are not read. */
export const imagesEdit: Operation = {
  ...common,
  method: 'edit',
  assemble: (textLimit) => new ImageAssembly(textLimit),
};

/** `POST /images/variations`; SDK v4 to v7. */
export const imagesCreateVariation: Operation = { ...common, method: 'createVariation' };

function imagesOf(body: Fields): readonly unknown[] {
  return listOf(body.data).slice(0, MAX_LISTED);
}

function outputMessage({ url, b64_json, revised_prompt }: Fields, mimeType: string | undefined): OutputMessage {
  const parts: Part[] = [mediaPart('image', url ?? b64_json, mimeType), ...textParts('text', revised_prompt)];
  return { role: 'assistant', parts, finish_reason: 'stop' };
}
