import type { Attributes } from '@opentelemetry/api';
import { count, fieldsOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { Operation } from './operation.js';
import { errorOf } from './shared/failure.js';

/** The helpers that poll until files are processed. They run no model, but what an application waits for is in its trace. */

/** A file in a vector store; SDK 4.87 to v7. */
const storeFile = {
  name: 'poll_vector_store_file',
  resource: 'VectorStores.Files',
  polls: true,

  response(result) {
    const { id, status, last_error } = fieldsOf(result);
    return {
      attributes: { [semconv.ATTR_LLM_FILE_ID]: text(id), [semconv.ATTR_GEN_AI_RESPONSE_STATUS]: text(status) },
      choices: [],
      failure: status === 'failed' ? (errorOf(last_error) ?? {}) : undefined,
    };
  },
} satisfies Partial<Operation>;

/** Files that are added to a vector store together; SDK 4.87 to v7. A file that failed does not fail the batch. */
const storeFileBatch = {
  name: 'poll_vector_store_file_batch',
  resource: 'VectorStores.FileBatches',
  polls: true,

  response(result) {
    const { id, status, file_counts } = fieldsOf(result);
    const { total, completed, failed } = fieldsOf(file_counts);
    return {
      attributes: {
        [semconv.ATTR_LLM_FILE_BATCH_ID]: text(id),
        [semconv.ATTR_GEN_AI_RESPONSE_STATUS]: text(status),
        [semconv.ATTR_LLM_FILE_BATCH_FILES_TOTAL]: count(total),
        [semconv.ATTR_LLM_FILE_BATCH_FILES_COMPLETED]: count(completed),
        [semconv.ATTR_LLM_FILE_BATCH_FILES_FAILED]: count(failed),
      },
      choices: [],
      failure: status === 'failed' ? {} : undefined,
    };
  },
} satisfies Partial<Operation>;

/** A file that was uploaded; SDK v4 to v7. */
const file: Operation = {
  name: 'poll_file',
  resource: 'Files',
  method: 'waitForProcessing',
  polls: true,

  request: ([id]) => ({ attributes: { [semconv.ATTR_LLM_FILE_ID]: text(id) } }),

  response(result) {
    const { id, status } = fieldsOf(result);
    return {
      attributes: { [semconv.ATTR_LLM_FILE_ID]: text(id), [semconv.ATTR_GEN_AI_RESPONSE_STATUS]: text(status) },
      choices: [],
      // `status_details` says why, and can quote the file.
      failure: status === 'error' ? {} : undefined,
    };
  },
};

export const fileProcessing: readonly Operation[] = [
  {
    ...storeFile,
    method: 'createAndPoll',
    request: ([store, params]) => request(store, { [semconv.ATTR_LLM_FILE_ID]: text(fieldsOf(params).file_id) }),
  },
  { ...storeFile, method: 'uploadAndPoll', request: ([store]) => request(store) },
  {
    ...storeFile,
    method: 'poll',
    request: ([store, id]) => request(store, { [semconv.ATTR_LLM_FILE_ID]: text(id) }),
  },
  { ...storeFileBatch, method: 'createAndPoll', request: ([store]) => request(store) },
  { ...storeFileBatch, method: 'uploadAndPoll', request: ([store]) => request(store) },
  {
    ...storeFileBatch,
    method: 'poll',
    request: ([store, id]) => request(store, { [semconv.ATTR_LLM_FILE_BATCH_ID]: text(id) }),
  },
  file,
];

function request(store: unknown, attributes: Attributes = {}) {
  return { attributes: { [semconv.ATTR_GEN_AI_DATA_SOURCE_ID]: text(store), ...attributes } };
}
