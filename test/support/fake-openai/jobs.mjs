import { errorReply, jsonReply, missingReply, serial } from './reply.mjs';

/** @import { ApiRequest } from './index.mjs' */
/** @import { Route } from './routes.mjs' */

/**
 * What is started, stored or handed out: no model answers in the reply.
 *
 * @type {Route[]}
 */
export const jobs = [
  { method: 'POST', path: /^\/batches$/, answer: createBatch },
  {
    method: 'GET',
    path: /^\/batches\/[^/]+$/,
    answer: (request) => jsonReply(request, batch(idOf(request), 'completed')),
  },
  {
    method: 'POST',
    path: /^\/batches\/[^/]+\/cancel$/,
    answer: (request) => jsonReply(request, batch(idOf(request), 'cancelling')),
  },
  { method: 'GET', path: /^\/chat\/completions\/[^/]+$/, answer: storedCompletion },
  { method: 'POST', path: /^\/videos$/, answer: video },
  { method: 'POST', path: /^\/videos\/(edits|extensions)$/, answer: video },
  { method: 'POST', path: /^\/videos\/[^/]+\/remix$/, answer: video },
  { method: 'POST', path: /^\/fine_tuning\/alpha\/graders\/run$/, answer: grade },
  { method: 'POST', path: /^\/conversations\/[^/]+\/items$/, answer: addItems },
  { method: 'POST', path: /^\/realtime\/client_secrets$/, answer: clientSecret },
];

/** @param {ApiRequest} request */
function idOf(request) {
  return request.path.split('/')[2] ?? '';
}

/** @param {ApiRequest} request */
function createBatch(request) {
  const missing = missingReply(request, request.json, ['input_file_id', 'endpoint', 'completion_window']);
  return missing ?? jsonReply(request, batch(`batch_fake${serial(request)}`, 'validating'));
}

/**
 * @param {string} id
 * @param {string} status
 */
function batch(id, status) {
  const isComplete = status === 'completed';
  const failed = { data: [{ code: 'invalid_json_line', message: 'Line 1 is not JSON.', line: 1 }], object: 'list' };
  return {
    id,
    object: 'batch',
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
    input_file_id: 'file-fake',
    created_at: 1735689600,
    model: 'gpt-4.1-2025-04-14',
    status: id === 'batch_failing' ? 'failed' : status,
    ...(id === 'batch_failing' ? { errors: failed } : {}),
    request_counts: { total: 3, completed: isComplete ? 2 : 0, failed: isComplete ? 1 : 0 },
    ...(isComplete
      ? {
          usage: {
            input_tokens: 300,
            input_tokens_details: { cached_tokens: 100 },
            output_tokens: 60,
            output_tokens_details: { reasoning_tokens: 0 },
            total_tokens: 360,
          },
        }
      : {}),
  };
}

/** @param {ApiRequest} request */
function storedCompletion(request) {
  const id = request.path.split('/')[3];
  if (!id?.startsWith('chatcmpl')) return errorReply(request, 404, { message: 'Not found.', param: 'id', code: null });
  const message = { role: 'assistant', content: `This is ${id}.`, refusal: null };
  return jsonReply(request, {
    id,
    object: 'chat.completion',
    created: 1735689600,
    model: 'gpt-4.1-2025-04-14',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 },
  });
}

/** @param {ApiRequest} request */
function video(request) {
  const id = `video_fake${serial(request)}`;
  return jsonReply(request, { id, object: 'video', model: 'sora-2', status: 'queued', progress: 0, error: null });
}

/** @param {ApiRequest} request */
function grade(request) {
  const missing = missingReply(request, request.json, ['grader', 'model_sample']);
  const metadata = { type: 'score_model', name: 'grader', errors: {}, sampled_model_name: 'gpt-4.1-2025-04-14' };
  return (
    missing ?? jsonReply(request, { reward: 0.5, metadata, sub_rewards: {}, model_grader_token_usage_per_model: {} })
  );
}

/** @param {ApiRequest} request */
function addItems(request) {
  return (
    missingReply(request, request.json, ['items']) ?? jsonReply(request, { object: 'list', data: [], has_more: false })
  );
}

/** @param {ApiRequest} request */
function clientSecret(request) {
  const { session } = request.json;
  return jsonReply(request, { value: 'ek_fake_secret', expires_at: 1735689600, session });
}
