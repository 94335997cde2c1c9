import type { Attributes } from '@opentelemetry/api';
import { count, type Fields, fieldsOf, listOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { Operation, ResponseDescription } from './operation.js';
import { errorOf } from './shared/failure.js';
import { usageAttributes } from './shared/token-usage.js';

/** A batch in one of these states changes no more, so its usage is final. */
const FINAL = new Set<unknown>(['completed', 'failed', 'expired', 'cancelled']);

/** `POST /batches`; SDK v4 to v7. The requests are in a file that was uploaded before. */
const create: Operation = {
  name: 'create_batch',
  resource: 'Batches',
  method: 'create',

  request([params]) {
    const { endpoint, completion_window } = fieldsOf(params);
    return {
      attributes: {
        [semconv.ATTR_LLM_BATCH_ENDPOINT]: text(endpoint),
        [semconv.ATTR_LLM_BATCH_COMPLETION_WINDOW]: text(completion_window),
      },
    };
  },

  response: (result) => describeOutcome(fieldsOf(result)),
};

/** `GET /batches/{id}`; SDK v4 to v7. The first call that sees a batch in its final state reports the usage of all its requests. */
const retrieve: Operation = {
  name: 'fetch_batch',
  resource: 'Batches',
  method: 'retrieve',

  request: ([id]) => ({ attributes: { [semconv.ATTR_LLM_BATCH_ID]: text(id) } }),

  response(result) {
    const batch = fieldsOf(result);
    const id = text(batch.id);
    const usage = FINAL.has(batch.status) ? usageAttributes(batch) : {};
    return { ...describeOutcome(batch), background: id === undefined ? [] : [{ id, declared: true, usage }] };
  },
};

/** `POST /batches/{id}/cancel`; SDK v4 to v7. The status `cancelling` is the expected outcome, not a failure. */
const cancel: Operation = {
  name: 'cancel_batch',
  resource: 'Batches',
  method: 'cancel',

  request: retrieve.request,
  response: (result) => ({ attributes: batchAttributes(fieldsOf(result)), choices: [] }),
};

export const batches: readonly Operation[] = [create, retrieve, cancel];

function describeOutcome(batch: Fields): ResponseDescription {
  const [error] = listOf(fieldsOf(batch.errors).data);
  return {
    attributes: batchAttributes(batch),
    choices: [],
    failure: batch.status === 'failed' ? (errorOf(error) ?? {}) : undefined,
  };
}

function batchAttributes(batch: Fields): Attributes {
  const { total, completed, failed } = fieldsOf(batch.request_counts);
  return {
    [semconv.ATTR_LLM_BATCH_ID]: text(batch.id),
    [semconv.ATTR_LLM_BATCH_ENDPOINT]: text(batch.endpoint),
    [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(batch.model),
    [semconv.ATTR_GEN_AI_RESPONSE_STATUS]: text(batch.status),
    [semconv.ATTR_LLM_BATCH_REQUESTS_TOTAL]: count(total),
    [semconv.ATTR_LLM_BATCH_REQUESTS_COMPLETED]: count(completed),
    [semconv.ATTR_LLM_BATCH_REQUESTS_FAILED]: count(failed),
  };
}
