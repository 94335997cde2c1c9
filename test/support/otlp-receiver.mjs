import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { checkConventions } from './conventions.mjs';
import { listen, readBody } from './http-server.mjs';
import { decodeLogs, decodeMetrics, decodeTraces } from './otlp-decode.mjs';

/** @import { IncomingHttpHeaders } from 'node:http' */
/** @import { Log, Metric, Span } from './otlp-decode.mjs' */

/**
 * @typedef {object} Export
 * @property {string} path
 * @property {IncomingHttpHeaders} headers
 * @property {string} contentType Without parameters.
 * @property {Buffer} bytes The body, uncompressed.
 */

/**
 * How a test lets an export end: another status than 200 also means that nothing is kept.
 *
 * @typedef {{ status?: number, delayMs?: number }} Response
 */

/**
 * A collector that keeps, as plain objects, the spans, log records and metrics that are exported to it over HTTP.
 *
 * @param {{ port?: number, unref?: boolean, respond?: (request: Export) => Response | undefined }} [options]
 */
export async function startOtlpReceiver({ port = 0, unref = false, respond = () => undefined } = {}) {
  /** @type {Span[]} */
  const spans = [];
  /** @type {Log[]} */
  const logs = [];
  /** @type {Metric[]} */
  const metrics = [];
  /** @type {Export[]} */
  const requests = [];
  const kept = new EventEmitter();

  /** @type {Record<string, (bytes: Buffer, contentType: string) => void>} */
  const keep = {
    '/v1/traces': (bytes, contentType) => spans.push(...decodeTraces(bytes, contentType)),
    '/v1/logs': (bytes, contentType) => logs.push(...decodeLogs(bytes, contentType)),
    '/v1/metrics': (bytes, contentType) => metrics.push(...decodeMetrics(bytes, contentType)),
  };

  /**
   * @param {Export} request
   * @returns {number}
   */
  function receive({ path, contentType, bytes }) {
    if (!keep[path]) return 404;
    if (contentType !== 'application/x-protobuf' && contentType !== 'application/json') return 415;
    try {
      keep[path](bytes, contentType);
    } catch {
      return 400;
    }
    kept.emit('kept');
    return 200;
  }

  const { origin, close: closeServer } = await listen(
    async (req, res) => {
      const body = await readBody(req);
      if (body === undefined) return;
      const contentType = req.headers['content-type']?.split(';')[0] ?? '';
      const bytes = req.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      const request = { path: req.url ?? '/', headers: req.headers, contentType, bytes };
      requests.push(request);
      const { status = 200, delayMs = 0 } = respond(request) ?? {};
      if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
      res.writeHead(status === 200 ? receive(request) : status, { 'content-type': contentType });
      // No bytes are an empty message in protobuf.
      res.end(contentType === 'application/json' ? '{}' : '');
    },
    { port, unref },
  );

  /**
   * All spans, as soon as there are at least `n`.
   *
   * @param {number} n
   * @param {number} [timeoutMs]
   */
  async function waitForSpans(n, timeoutMs = 5000) {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      while (spans.length < n) await once(kept, 'kept', { signal });
    } catch {
      const names = spans.map(({ name }) => name).join(', ');
      throw new Error(`${spans.length} of ${n} spans after ${timeoutMs} ms: ${names}`);
    }
    return spans;
  }

  /** @throws {Error} if something that was exported violates the conventions */
  async function close() {
    await closeServer();
    for (const { attributes } of [...spans, ...logs]) checkConventions(attributes);
  }

  return { url: origin, spans, logs, metrics, requests, waitForSpans, close };
}
