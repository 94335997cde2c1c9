import { type Fields, text } from '../../read.js';
import * as semconv from '../../semconv.js';
import type { RequestDescription } from '../operation.js';
import { generationParameters } from './generation-parameters.js';

/**
 * Describes a request by its model, sampling parameters and `stream` flag.
 * @param deployment the model, if the parameters name none
 * @param outputType `gen_ai.output.type`, if it is known
 */
export function modelRequest(params: Fields, deployment?: string, outputType?: string): RequestDescription {
  const model = text(params.model) ?? deployment;
  return {
    target: model,
    streaming: Boolean(params.stream),
    attributes: {
      [semconv.ATTR_GEN_AI_REQUEST_MODEL]: model,
      ...generationParameters(params),
      [semconv.ATTR_GEN_AI_OUTPUT_TYPE]: outputType,
    },
  };
}
