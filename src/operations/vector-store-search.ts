import { known } from '../known.js';
import { count, type Fields, fieldsOf, listOf, number, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { RetrievedDocument } from './content.js';
import { MAX_LISTED, type Operation } from './operation.js';
import { reportedFailure } from './shared/failure.js';
import { usageAttributes } from './shared/token-usage.js';

/** `POST /vector_stores/{id}/search`; SDK 4.87 to v7. The result is a page, which has the body in `body`. */
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

  response(page) {
    const body = fieldsOf(fieldsOf(page).body ?? page);
    return { attributes: usageAttributes(body), choices: [], failure: reportedFailure(body) };
  },

  input([, params]) {
    const { query } = fieldsOf(params);
    const queries = (Array.isArray(query) ? query.slice(0, MAX_LISTED) : [query]).map(text);
    return known({ retrievalQuery: text(queries.filter((one) => one !== undefined).join('\n')) });
  },

  documents: (page) =>
    listOf(fieldsOf(page).data)
      .slice(0, MAX_LISTED)
      .map((document) => describeDocument(fieldsOf(document))),
};

function describeDocument({ file_id, filename, score, content }: Fields): RetrievedDocument {
  const texts = listOf(content)
    .slice(0, MAX_LISTED)
    .map((part) => text(fieldsOf(part).text))
    .filter((part) => part !== undefined);
  return known({
    id: text(file_id),
    score: number(score),
    filename: text(filename),
    content: text(texts.join('\n')),
  });
}
