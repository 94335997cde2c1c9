import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

/**
 * OTLP as it arrives: from JSON, ids are hex strings; from protobuf, they are bytes. 64-bit numbers may be strings.
 *
 * @typedef {string | Uint8Array} Id
 * @typedef {string | number} Long
 * @typedef {{ stringValue?: string, boolValue?: boolean, intValue?: Long, doubleValue?: Long, bytesValue?: Id,
 *   arrayValue?: { values?: AnyValue[] }, kvlistValue?: { values?: KeyValue[] } }} AnyValue
 * @typedef {{ key: string, value?: AnyValue }} KeyValue
 * @typedef {{ attributes?: KeyValue[] }} Attributed
 * @typedef {{ name?: string, version?: string }} Scope
 * @typedef {Attributed & { traceId?: Id, spanId?: Id, parentSpanId?: Id, name?: string, kind?: number,
 *   startTimeUnixNano?: Long, endTimeUnixNano?: Long, droppedAttributesCount?: number, droppedEventsCount?: number,
 *   events?: (Attributed & { name?: string, timeUnixNano?: Long })[],
 *   links?: (Attributed & { traceId?: Id, spanId?: Id })[],
 *   status?: { code?: number, message?: string } }} WireSpan
 * @typedef {Attributed & { eventName?: string, body?: AnyValue, traceId?: Id, spanId?: Id,
 *   severityNumber?: number }} WireLog
 * @typedef {Attributed & { count?: Long, sum?: number, explicitBounds?: number[], bucketCounts?: Long[],
 *   asDouble?: number, asInt?: Long }} WirePoint
 * @typedef {{ dataPoints?: WirePoint[] }} WirePoints
 * @typedef {{ name?: string, unit?: string, description?: string, gauge?: WirePoints, sum?: WirePoints,
 *   histogram?: WirePoints }} WireMetric
 */

/**
 * @typedef {Record<string, unknown>} Attributes
 * @typedef {ReturnType<typeof toSpan>} Span
 * @typedef {ReturnType<typeof toLog>} Log
 * @typedef {ReturnType<typeof toMetric>} Metric
 */

const schema = protobuf.loadSync(fileURLToPath(new URL('./otlp.proto', import.meta.url)));

/**
 * @param {string} type
 * @param {Uint8Array} bytes
 * @param {string} contentType
 */
function parse(type, bytes, contentType) {
  if (contentType === 'application/json') return JSON.parse(Buffer.from(bytes).toString());
  const message = schema.lookupType(`otlp.${type}`);
  return message.toObject(message.decode(bytes), { longs: String });
}

/**
 * @param {Uint8Array} bytes
 * @param {string} contentType
 */
export function decodeTraces(bytes, contentType) {
  /** @type {{ resourceSpans?: { resource?: Attributed, scopeSpans?: { scope?: Scope, spans?: WireSpan[] }[] }[] }} */
  const { resourceSpans = [] } = parse('ExportTraceServiceRequest', bytes, contentType);
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) =>
    scopeSpans.flatMap(({ scope, spans = [] }) => spans.map((span) => toSpan(span, resource, scope))),
  );
}

/**
 * @param {Uint8Array} bytes
 * @param {string} contentType
 */
export function decodeLogs(bytes, contentType) {
  /** @type {{ resourceLogs?: { resource?: Attributed, scopeLogs?: { scope?: Scope, logRecords?: WireLog[] }[] }[] }} */
  const { resourceLogs = [] } = parse('ExportLogsServiceRequest', bytes, contentType);
  return resourceLogs.flatMap(({ resource, scopeLogs = [] }) =>
    scopeLogs.flatMap(({ scope, logRecords = [] }) => logRecords.map((log) => toLog(log, resource, scope))),
  );
}

/**
 * @param {Uint8Array} bytes
 * @param {string} contentType
 */
export function decodeMetrics(bytes, contentType) {
  /** @type {{ resourceMetrics?: { resource?: Attributed, scopeMetrics?: { scope?: Scope, metrics?: WireMetric[] }[] }[] }} */
  const { resourceMetrics = [] } = parse('ExportMetricsServiceRequest', bytes, contentType);
  return resourceMetrics.flatMap(({ resource, scopeMetrics = [] }) =>
    scopeMetrics.flatMap(({ scope, metrics = [] }) => metrics.map((metric) => toMetric(metric, resource, scope))),
  );
}

const KINDS = /** @type {const} */ (['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']);
const STATUS_CODES = /** @type {const} */ (['UNSET', 'OK', 'ERROR']);

/**
 * @param {WireSpan} span
 * @param {Attributed | undefined} resource
 * @param {Scope | undefined} scope
 */
function toSpan(span, resource, scope) {
  return {
    name: span.name ?? '',
    kind: KINDS[span.kind ?? 0] ?? 'UNSPECIFIED',
    traceId: hex(span.traceId) ?? '',
    spanId: hex(span.spanId) ?? '',
    parentSpanId: hex(span.parentSpanId),
    startTimeUnixNano: BigInt(span.startTimeUnixNano ?? 0),
    endTimeUnixNano: BigInt(span.endTimeUnixNano ?? 0),
    attributes: attributesOf(span),
    events: (span.events ?? []).map((event) => ({
      name: event.name ?? '',
      timeUnixNano: BigInt(event.timeUnixNano ?? 0),
      attributes: attributesOf(event),
    })),
    links: (span.links ?? []).map((link) => ({
      traceId: hex(link.traceId) ?? '',
      spanId: hex(link.spanId) ?? '',
      attributes: attributesOf(link),
    })),
    status: { code: STATUS_CODES[span.status?.code ?? 0] ?? 'UNSET', message: span.status?.message ?? '' },
    resource: attributesOf(resource),
    scope: { name: scope?.name ?? '', version: scope?.version ?? '' },
    droppedAttributesCount: span.droppedAttributesCount ?? 0,
    droppedEventsCount: span.droppedEventsCount ?? 0,
  };
}

/**
 * @param {WireLog} log
 * @param {Attributed | undefined} resource
 * @param {Scope | undefined} scope
 */
function toLog(log, resource, scope) {
  return {
    eventName: log.eventName ?? '',
    body: jsValue(log.body),
    attributes: attributesOf(log),
    traceId: hex(log.traceId),
    spanId: hex(log.spanId),
    severityNumber: log.severityNumber ?? 0,
    resource: attributesOf(resource),
    scope: { name: scope?.name ?? '', version: scope?.version ?? '' },
  };
}

/**
 * @param {WireMetric} metric
 * @param {Attributed | undefined} resource
 * @param {Scope | undefined} scope
 */
function toMetric(metric, resource, scope) {
  const type = /** @type {const} */ (['histogram', 'sum', 'gauge']).find((kind) => metric[kind]) ?? 'gauge';
  return {
    name: metric.name ?? '',
    unit: metric.unit ?? '',
    description: metric.description ?? '',
    type,
    dataPoints: (metric[type]?.dataPoints ?? []).map(toPoint),
    resource: attributesOf(resource),
    scope: { name: scope?.name ?? '', version: scope?.version ?? '' },
  };
}

/** @param {WirePoint} point */
function toPoint(point) {
  return {
    attributes: attributesOf(point),
    count: Number(point.count ?? 0),
    sum: point.sum ?? 0,
    bounds: point.explicitBounds ?? [],
    bucketCounts: (point.bucketCounts ?? []).map(Number),
    value: Number(point.asInt ?? point.asDouble ?? 0),
  };
}

/**
 * @param {Attributed | undefined} item
 * @returns {Attributes}
 */
function attributesOf(item) {
  return Object.fromEntries((item?.attributes ?? []).map(({ key, value }) => [key, jsValue(value)]));
}

/**
 * @param {AnyValue | undefined} value
 * @returns {unknown}
 */
function jsValue(value = {}) {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(jsValue);
  if (value.kvlistValue) return attributesOf({ attributes: value.kvlistValue.values ?? [] });
  if (typeof value.bytesValue === 'string') return new Uint8Array(Buffer.from(value.bytesValue, 'base64'));
  if (value.bytesValue) return new Uint8Array(value.bytesValue);
  return value.stringValue ?? value.boolValue ?? null;
}

/** @param {Id | undefined} id */
function hex(id) {
  const text = typeof id === 'string' ? id : Buffer.from(id ?? []).toString('hex');
  return text || undefined;
}
