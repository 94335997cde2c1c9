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

  it.each([
    ['What?', { retrievalQuery: 'What?' }],
    [['What?', 'Why?'], { retrievalQuery: 'What?\nWhy?' }],
    [7, {}],
  ])('asks %j', (query, content) => {
    expect(vectorStoreSearch.input?.(['vs_1', { query }])).toEqual(content);
  });

  it('finds documents', () => {
    const content = [
      { type: 'text', text: 'Once' },
      { type: 'text', text: 'upon' },
    ];
    const data = [{ file_id: 'file-1', filename: 'a.txt', score: 0.9, attributes: { secret: true }, content }, 'odd'];
    expect(vectorStoreSearch.documents?.({ data })).toEqual([
      { id: 'file-1', filename: 'a.txt', score: 0.9, content: 'Once\nupon' },
      {},
    ]);
    expect(vectorStoreSearch.documents?.(null)).toEqual([]);
  });
});
