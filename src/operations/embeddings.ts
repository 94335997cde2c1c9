import { count, fieldsOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { Operation } from './operation.js';
import { tokenUsage } from './shared/token-usage.js';
import { userTexts } from './shared/user-texts.js';

/** `POST /embeddings`; SDK v4 to v7. The vectors are never read. */
export const embeddings: Operation = {
  name: 'embeddings',
  resource: 'Embeddings',
  method: 'create',

  request([params], deployment) {
    const body = fieldsOf(params);
    const model = text(body.model) ?? deployment;
    // Only the format that the application asked for: without one, the SDK requests base64 and decodes it.
    const format = text(body.encoding_format);
    return {
      target: model,
      attributes: {
        [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model,
        [semconv.ATTR_GEN_AI_REQUEST_ENCODING_FORMATS]: format ? [format] : undefined,
        [semconv.ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT]: count(body.dimensions),
      },
    };
  },

  response(result) {
    const body = fieldsOf(result);
    const attributes = {
      [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(body.model),
      ...tokenUsage(body.usage),
    };
    return { attributes, choices: [] };
  },

  input: ([params]) => ({ inputMessages: userTexts(fieldsOf(params).input) }),
};
