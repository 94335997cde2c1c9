import { fieldsOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { Operation } from './operation.js';
import { textParts } from './shared/content-parts.js';

/** `POST /realtime/client_secrets`; SDK v5 to v7. The secret in the result is never read. */
export const clientSecretsCreate: Operation = {
  name: 'create_client_secret',
  resource: 'Realtime.ClientSecrets',
  method: 'create',

  request([params]) {
    const model = text(fieldsOf(fieldsOf(params).session).model);
    return { target: model, attributes: { [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model } };
  },

  response(result) {
    const { model } = fieldsOf(fieldsOf(result).session);
    return { attributes: { [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(model) }, choices: [] };
  },

  input([params]) {
    return { systemInstructions: textParts('text', fieldsOf(fieldsOf(params).session).instructions) };
  },
};
