import { known } from '../known.js';
import { fieldsOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { Operation } from './operation.js';
import { textParts } from './shared/content-parts.js';
import { userTexts } from './shared/user-texts.js';

/** `POST /audio/speech`; SDK v4 to v7. The result is an HTTP response. Only the application reads its body. */
export const speech: Operation = {
  name: 'text_to_speech',
  resource: 'Audio.Speech',
  method: 'create',

  request([params], deployment) {
    const model = text(fieldsOf(params).model) ?? deployment;
    return {
      target: model,
      attributes: {
        [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model,
        [semconv.ATTR_GEN_AI_OUTPUT_TYPE]: 'speech',
      },
    };
  },

  response: () => ({ attributes: {}, choices: [] }),

  input([params]) {
    const { input, instructions } = fieldsOf(params);
    const system = textParts('text', instructions);
    return known({
      inputMessages: userTexts(input),
      systemInstructions: system.length > 0 ? system : undefined,
    });
  },
};
