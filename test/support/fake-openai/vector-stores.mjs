import { jsonReply, missingReply } from './reply.mjs';

/** @import { Route } from './routes.mjs' */

/** @type {Route} */
export const vectorStoreSearch = {
  method: 'POST',
  path: /^\/vector_stores\/[^/]+\/search$/,
  answer(request) {
    const missing = missingReply(request, request.json, ['query']);
    if (missing) return missing;
    const { query, max_num_results = 10 } = request.json;
    const data = Array.from({ length: Math.min(Number(max_num_results), 3) }, (_, i) => ({
      file_id: `file-fake${i}`,
      filename: `page-${i}.txt`,
      score: 0.9 - i / 10,
      attributes: {},
      content: [{ type: 'text', text: `About ${query}, number ${i}.` }],
    }));
    return jsonReply(request, {
      object: 'vector_store.search_results.page',
      search_query: [query].flat(),
      data,
      has_more: false,
      next_page: null,
    });
  },
};
