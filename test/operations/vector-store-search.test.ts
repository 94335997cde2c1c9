import { describe, expect, it } from 'vitest';
import { vectorStoreSearch } from '../../src/operations/vector-store-search.js';

describe('vectorStores.search', () => {
  it('is named for the store', () => {
    expect(vectorStoreSearch.request(['vs_1', { query: 'What?', max_num_results: 5 }])).toEqual({
      target: 'vs_1',
      attributes: { 'gen_ai.data_source.id': 'vs_1', 'gen_ai.retrieval.top_k': 5 },
    });
    expect(vectorStoreSearch.request([])).toEqual({ target: undefined, attributes: {} });
  });
});
