/** A span processor that checks that each span ends exactly once. */

import { SpanKind, SpanStatusCode } from '@opentelemetry/api';

/**
 * @typedef {object} SpanRecord
 * @property {string} name
 * @property {string} kind
 * @property {number} ends
 * @property {'ERROR' | 'OK' | 'UNSET'} status
 * @property {Record<string, unknown>} attributes
 * @property {string[]} events
 */

/**
 * The properties of a span that this file reads, in every version of the OpenTelemetry SDK.
 * @typedef {object} RecordedSpan
 * @property {string} name
 * @property {SpanKind} kind
 * @property {{ code: SpanStatusCode }} status
 * @property {object} attributes
 * @property {readonly { name: string }[]} events
 * @property {() => { spanId: string }} spanContext
 */

export class Recorder {
  /** @type {Map<string, SpanRecord>} */
  #records = new Map();

  /** @param {RecordedSpan} span */
  onStart(span) {
    this.#records.set(span.spanContext().spanId, { ...describe(span), ends: 0 });
  }

  /** @param {RecordedSpan} span */
  onEnd(span) {
    const { spanId } = span.spanContext();
    const ends = (this.#records.get(spanId)?.ends ?? 0) + 1;
    this.#records.set(spanId, { ...describe(span), ends });
  }

  get open() {
    return [...this.#records.values()].filter(({ ends }) => ends === 0).length;
  }

  /** Returns the spans since the last call, in order of their start. */
  take() {
    const records = [...this.#records.values()];
    this.#records = new Map();
    return records;
  }

  async forceFlush() {}
  async shutdown() {}
}

/** @param {RecordedSpan} span */
function describe({ name, kind, status, attributes, events }) {
  return {
    name,
    kind: SpanKind[kind] ?? String(kind),
    status: /** @type {SpanRecord['status']} */ (SpanStatusCode[status.code]),
    attributes: { ...attributes },
    events: events.map((event) => event.name),
  };
}
