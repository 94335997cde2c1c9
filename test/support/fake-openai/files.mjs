import { jsonReply, missingReply, polledReply, serial } from './reply.mjs';

/** @import { ApiRequest } from './index.mjs' */
/** @import { Route } from './routes.mjs' */

/**
 * Files that are uploaded and added to vector stores. Those whose id has `failing` in it fail.
 *
 * @type {Route[]}
 */
export const files = [
  { method: 'POST', path: /^\/files$/, answer: (request) => jsonReply(request, file(`file-fake${serial(request)}`)) },
  { method: 'GET', path: /^\/files\/[^/]+$/, answer: pollFile },
  {
    method: 'POST',
    path: /^\/vector_stores\/[^/]+\/files$/,
    answer: (request) =>
      missingReply(request, request.json, ['file_id']) ??
      jsonReply(request, storeFile(request, String(request.json.file_id), 'in_progress')),
  },
  { method: 'GET', path: /^\/vector_stores\/[^/]+\/files\/[^/]+$/, answer: pollStoreFile },
  {
    method: 'POST',
    path: /^\/vector_stores\/[^/]+\/file_batches$/,
    answer: (request) =>
      missingReply(request, request.json, ['file_ids']) ??
      jsonReply(request, batch(request, `vsfb_fake${serial(request)}`, 'in_progress')),
  },
  { method: 'GET', path: /^\/vector_stores\/[^/]+\/file_batches\/[^/]+$/, answer: pollBatch },
];

/** @param {ApiRequest} request */
function pollFile(request) {
  const id = segment(request, 2);
  const failed = { ...file(id), status: 'error', status_details: 'The file is empty.' };
  const final = isFailing(id) ? failed : { ...file(id), status: 'processed' };
  return polledReply(request, file(id), final);
}

/** @param {ApiRequest} request */
function pollStoreFile(request) {
  const id = segment(request, 4);
  const last_error = { code: 'invalid_file', message: 'The file is empty.' };
  const failed = { ...storeFile(request, id, 'failed'), last_error };
  const final = isFailing(id) ? failed : storeFile(request, id, 'completed');
  return polledReply(request, storeFile(request, id, 'in_progress'), final);
}

/** @param {ApiRequest} request */
function pollBatch(request) {
  const id = segment(request, 4);
  const final = batch(request, id, isFailing(id) ? 'failed' : 'completed');
  return polledReply(request, batch(request, id, 'in_progress'), final);
}

/** @param {string} id */
function isFailing(id) {
  return id.includes('failing');
}

/**
 * @param {ApiRequest} request
 * @param {number} at
 */
function segment({ path }, at) {
  return path.split('/').at(at) ?? '';
}

/** @param {string} id */
function file(id) {
  return { id, object: 'file', bytes: 5, created_at: 1735689600, filename: 'a.txt', status: 'uploaded' };
}

/**
 * @param {ApiRequest} request
 * @param {string} id
 * @param {string} status
 */
function storeFile(request, id, status) {
  const vector_store_id = segment(request, 2);
  return { id, object: 'vector_store.file', created_at: 1735689600, vector_store_id, status, last_error: null };
}

/**
 * @param {ApiRequest} request
 * @param {string} id
 * @param {string} status
 */
function batch(request, id, status) {
  const isOver = status !== 'in_progress';
  const file_counts = { total: 2, in_progress: isOver ? 0 : 2, completed: isOver ? 1 : 0, failed: isOver ? 1 : 0 };
  const vector_store_id = segment(request, 2);
  return { id, object: 'vector_store.files_batch', created_at: 1735689600, vector_store_id, status, file_counts };
}
