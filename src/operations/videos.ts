import { fieldsOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { Operation } from './operation.js';
import { errorOf } from './shared/failure.js';
import { usageAttributes } from './shared/token-usage.js';
import { userTexts } from './shared/user-texts.js';

/** The result is a job. The SDK has no helper that waits for its end. */
const common = {
  name: 'video_generation',
  resource: 'Videos',

  response(result) {
    const video = fieldsOf(result);
    return {
      attributes: {
        [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(video.id),
        [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(video.model),
        [semconv.ATTR_GEN_AI_RESPONSE_STATUS]: text(video.status),
        ...usageAttributes(video),
      },
      choices: [],
      failure: video.status === 'failed' ? (errorOf(video.error) ?? {}) : undefined,
    };
  },
} satisfies Omit<Operation, 'method' | 'request'>;

/** `POST /videos`, `/videos/edits` and `/videos/extensions`; SDK v6 and v7. Input images and videos are not read. */
const fromParameters = ['create', 'edit', 'extend'].map(
  (method): Operation => ({
    ...common,
    method,
    request([params]) {
      const model = text(fieldsOf(params).model);
      return { target: model, attributes: { [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model } };
    },
    input: ([params]) => ({ inputMessages: userTexts(fieldsOf(params).prompt) }),
  }),
);

/** `POST /videos/{id}/remix`; SDK v6 and v7. */
const remix: Operation = {
  ...common,
  method: 'remix',
  request: () => ({ attributes: {} }),
  input: ([, params]) => ({ inputMessages: userTexts(fieldsOf(params).prompt) }),
};

export const videos: readonly Operation[] = [...fromParameters, remix];
