import { count, fieldsOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { Operation } from './operation.js';

/** `POST /vector_stores/{id}/search`; SDK 4.87 to v7. */
export const vectorStoreSearch: Operation = {
  name: 'retrieval',
  resource: 'VectorStores',
  method: 'search',

  request([id, params]) {
    const store = text(id);
    return {
      target: store,
      attributes: {
        [semconv.ATTR_GEN_AI_DATA_SOURCE_ID]: store,
        [semconv.ATTR_GEN_AI_RETRIEVAL_TOP_K]: count(fieldsOf(params).max_num_results),
      },
    };
  },

  response: () => ({ attributes: {}, choices: [] }),
};
