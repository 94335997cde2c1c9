import { fieldsOf, number, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { Operation } from './operation.js';
import { userTexts } from './shared/user-texts.js';

/** `POST /fine_tuning/alpha/graders/run`; SDK 4.104 to v7. A grader may run a model of its own. */
export const graderRun: Operation = {
  name: 'run_grader',
  resource: 'FineTuning.Alpha.Graders',
  method: 'run',

  request([params]) {
    const { type, model } = fieldsOf(fieldsOf(params).grader);
    return {
      target: text(model),
      attributes: {
        [semconv.ATTR_GEN_AI_REQUEST_MODEL]: text(model),
        [semconv.ATTR_LLM_GRADER_TYPE]: text(type),
      },
    };
  },

  response(result) {
    const { reward, metadata } = fieldsOf(result);
    return {
      attributes: {
        [semconv.ATTR_LLM_GRADER_REWARD]: number(reward),
        [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(fieldsOf(metadata).sampled_model_name),
      },
      choices: [],
    };
  },

  input: ([params]) => ({ inputMessages: userTexts(fieldsOf(params).model_sample) }),
};
