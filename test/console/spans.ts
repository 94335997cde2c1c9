import {
  type Attributes,
  type HrTime,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import { resources, type tracing } from '@opentelemetry/sdk-node';

type ReadableSpan = tracing.ReadableSpan;

interface SpanSketch {
  id: string;
  name: string;
  /** Milliseconds since the trace began. */
  from: number;
  to: number;
  parent?: string;
  remoteParent?: boolean;
  attributes?: Attributes;
  error?: string;
  events?: { name: string; attributes?: Attributes }[];
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const resource = resources.resourceFromAttributes({ 'service.name': 'shop' });

/** A finished span as an exporter gets it. */
export function makeSpan({ id, name, from, to, parent, remoteParent = false, ...rest }: SpanSketch): ReadableSpan {
  const { attributes = {}, error, events = [] } = rest;
  const endTime = at(to);
  return {
    name,
    kind: 'gen_ai.operation.name' in attributes ? SpanKind.CLIENT : SpanKind.INTERNAL,
    spanContext: () => contextOf(id),
    ...(parent ? { parentSpanContext: { ...contextOf(parent), isRemote: remoteParent } } : {}),
    startTime: at(from),
    endTime,
    duration: [0, Math.round((to - from) * 1e6)],
    status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    attributes,
    events: events.map((event) => ({ ...event, time: endTime })),
    links: [],
    ended: true,
    resource,
    instrumentationScope: { name: 'test' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function contextOf(spanId: string): SpanContext {
  return { traceId: TRACE_ID, spanId, traceFlags: TraceFlags.SAMPLED };
}

/** Just before a full second, so that times carry over. */
function at(millis: number): HrTime {
  const nanos = 999_000_000 + Math.round(millis * 1e6);
  return [1_700_000_000 + Math.floor(nanos / 1e9), nanos % 1e9];
}
