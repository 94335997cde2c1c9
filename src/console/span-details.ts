import { type Attributes, SpanStatusCode } from '@opentelemetry/api';
import { fieldsOf } from '../read.js';
import { type Fact, joined, type Outcome, parseList, text } from './facts.js';
import type { ReadableSpan, SpanEvent } from './readable-span.js';
import { contentOf } from './span-content.js';
import { oneLine } from './terminal-text.js';
import { formatDuration } from './time.js';

/** The ends of a stream that are neither success nor error. */
const STOPPED = ['cancelled', 'aborted', 'interrupted', 'abandoned'];

/** What this package records itself. Other attributes of its spans come from the application. */
const OWN_ATTRIBUTE = /^(?:gen_ai|llm|openai|http|server|error)\./;

export function outcomeOf({ status, attributes }: ReadableSpan): Outcome {
  if (status.code === SpanStatusCode.ERROR) return 'error';
  const { 'llm.stream.end_reason': endReason, 'llm.abandoned': abandoned } = fieldsOf(attributes);
  return STOPPED.includes(text(endReason)) || abandoned === true ? 'stopped' : 'ok';
}

/**
 * The lines of facts below a GenAI span: about the model and its answer, the transport, captured content, and what the
 * application added. Other spans have none.
 */
export function factsOf(span: ReadableSpan): Fact[][] {
  const attributes = fieldsOf(span.attributes);
  const answer = [
    model(span.name, attributes),
    { label: 'tokens', value: tokens(attributes) },
    { label: 'finish', value: text(attributes['gen_ai.response.finish_reasons']) },
    { label: 'tools', value: toolNames(attributes['gen_ai.tool.definitions']) },
  ];
  const transport = [
    { label: 'HTTP', value: text(attributes['http.response.status_code']) },
    retries(attributes),
    streaming(attributes),
    { label: 'request', value: text(attributes['llm.request_id']) },
  ];
  const content = contentOf(span).map((fact) => [fact]);
  return [answer, transport, ...content, added(attributes)].map((facts) => facts.filter(({ value }) => value !== ''));
}

/** @returns an empty string if there was no error */
export function errorOf({ status, attributes }: ReadableSpan): string {
  const message = status.code === SpanStatusCode.ERROR ? (status.message ?? '') : '';
  return joined([text(fieldsOf(attributes)['error.type']), oneLine(message)], ': ');
}

/** @param span the span of the event */
export function describeEvent({ name, attributes = {} }: SpanEvent, span: ReadableSpan): Fact {
  const label = `• ${oneLine(name)}`;
  if (name === 'llm.choice') return { label, value: choice(attributes) };
  if (name === 'exception') return { label, value: exception(attributes, span), outcome: 'error' };
  const pairs = Object.entries(attributes).map(([key, value]) => `${key}=${text(value)}`);
  return { label, value: pairs.join(' ') };
}

type UnknownAttributes = Readonly<Record<string, unknown>>;

function model(spanName: string, attributes: UnknownAttributes): Fact {
  const requested = text(attributes['gen_ai.request.model']);
  const responded = text(attributes['gen_ai.response.model']);
  const change = responded === requested ? '' : responded;
  if (spanName.includes(requested)) return { label: '→', value: change };
  return { label: 'model', value: joined([requested, change], ' → ') };
}

function tokens(attributes: UnknownAttributes): string {
  const usage = (kind: string) => text(attributes[`gen_ai.usage.${kind}`]);
  return joined(
    [
      counted(usage('input_tokens'), 'in', usage('cache_read.input_tokens'), 'cached'),
      counted(usage('output_tokens'), 'out', usage('reasoning.output_tokens'), 'reasoning'),
    ],
    ', ',
  );
}

/** @param part how many of them are of the special kind; shown if more than 0 */
function counted(count: string, unit: string, part: string, kind: string): string {
  if (count === '') return '';
  return `${count} ${unit}${Number(part) > 0 ? ` (${part} ${kind})` : ''}`;
}

function streaming(attributes: UnknownAttributes): Fact {
  if (attributes['llm.streaming'] !== true) return { label: 'streaming', value: '' };
  const reason = text(attributes['llm.stream.end_reason']);
  const chunks = text(attributes['llm.stream.chunk_count']);
  const wait = attributes['gen_ai.response.time_to_first_chunk'];
  const value = joined(
    [
      reason,
      chunks && `${chunks} ${chunks === '1' ? 'chunk' : 'chunks'}`,
      typeof wait === 'number' ? `first after ${formatDuration(wait * 1e3)}` : '',
    ],
    ', ',
  );
  return { label: 'streaming', value: value || 'yes', ...(STOPPED.includes(reason) ? { outcome: 'stopped' } : {}) };
}

function added(attributes: UnknownAttributes): Fact[] {
  if (attributes['gen_ai.operation.name'] === undefined) return [];
  const conversation = { label: 'conversation', value: text(attributes['gen_ai.conversation.id']) };
  const others = Object.entries(attributes).filter(([name]) => !OWN_ATTRIBUTE.test(name));
  return [conversation, ...others.map(([name, value]) => ({ label: oneLine(name), value: text(value) }))];
}

function retries(attributes: UnknownAttributes): Fact {
  return { label: 'retries', value: text(attributes['http.request.resend_count']), outcome: 'stopped' };
}

function choice(attributes: Attributes): string {
  const index = text(attributes['llm.choice.index']);
  const tools = toolNames(attributes['llm.choice.tool_calls']);
  const content = text(attributes['llm.choice.content']);
  return joined(
    [
      index && `#${index}`,
      text(attributes['llm.choice.finish_reason']),
      tools && `→ ${tools}`,
      attributes['llm.choice.refused'] === true ? 'refused' : '',
      content && `“${content}”`,
    ],
    ' ',
  );
}

/** Leaves out a message that the error line above already shows. */
function exception(attributes: Attributes, span: ReadableSpan): string {
  const message = text(attributes['exception.message']);
  const shown = message === oneLine(span.status.message ?? '');
  return joined([text(attributes['exception.type']), shown ? '' : message], ': ');
}

/** @param json a list of tools, or of tool calls */
function toolNames(json: unknown): string {
  return parseList(json)
    .map((tool) => text(fieldsOf(tool).name ?? fieldsOf(tool).type))
    .filter(Boolean)
    .join(', ');
}
