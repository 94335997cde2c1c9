import type { Attributes } from '@opentelemetry/api';
import { count, type Fields, fieldsOf, isObject, listOf, number } from '../../read.js';
import * as semconv from '../../semconv.js';

const INPUT_DETAILS = ['prompt_tokens_details', 'input_tokens_details', 'input_token_details', 'prompt_token_details'];
const OUTPUT_DETAILS = ['completion_tokens_details', 'output_tokens_details', 'output_token_details'];

/** A field of the usage object, or of an object in it. */
type Path = readonly [field: string, inner?: string];

/** The fields that hold a count. The first one with a value counts, zero included. docs/providers.md says whose they are. */
const COUNTS: readonly (readonly [attribute: string, paths: readonly Path[]])[] = [
  [semconv.ATTR_GEN_AI_USAGE_INPUT_TOKENS, [['prompt_tokens'], ['input_tokens']]],
  [semconv.ATTR_GEN_AI_USAGE_OUTPUT_TOKENS, [['completion_tokens'], ['output_tokens'], ['predicted_n']]],
  [
    semconv.ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
    [
      ...within(INPUT_DETAILS, 'cached_tokens'),
      ['prompt_cache_hit_tokens'],
      ['cached_tokens'],
      ['num_cached_tokens'],
      ['cache_read_input_tokens'],
      ['cache_n'],
    ],
  ],
  [
    semconv.ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
    [
      ...within(INPUT_DETAILS, 'cache_write_tokens', 'cache_creation_tokens', 'created_cache_tokens'),
      ['cache_write_tokens'],
      ['cache_creation_input_tokens'],
    ],
  ],
  [semconv.ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS, within(INPUT_DETAILS, 'text_tokens')],
  [semconv.ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS, within(INPUT_DETAILS, 'image_tokens')],
  [semconv.ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS, within(INPUT_DETAILS, 'audio_tokens')],
  [
    semconv.ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
    [...within(OUTPUT_DETAILS, 'reasoning_tokens'), ['reasoning_tokens']],
  ],
  [semconv.ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS, within(OUTPUT_DETAILS, 'text_tokens')],
  [semconv.ATTR_GEN_AI_USAGE_IMAGE_OUTPUT_TOKENS, within(OUTPUT_DETAILS, 'image_tokens')],
  [semconv.ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS, within(OUTPUT_DETAILS, 'audio_tokens')],
];

/** The fields that hold another number. */
const NUMBERS: readonly (readonly [attribute: string, paths: readonly Path[]])[] = [
  // The amount that the provider itself reports: a number, or an object with a total.
  [semconv.ATTR_GEN_AI_USAGE_COST, [['cost'], ['cost', 'total_cost']]],
  // Groq and Cerebras, in seconds.
  [semconv.ATTR_LLM_SERVER_QUEUE_TIME, [['queue_time']]],
  [semconv.ATTR_LLM_SERVER_PROMPT_TIME, [['prompt_time']]],
  [semconv.ATTR_LLM_SERVER_COMPLETION_TIME, [['completion_time']]],
];

/** An attribute that a field can hold. */
interface Reading {
  readonly attribute: string;
  readonly read: (value: unknown) => number | undefined;
  /** The place of the field among those that hold the attribute: the lowest counts. */
  readonly rank: number;
}

/** The attributes that a field of a usage object holds: itself, and in the fields of an object. */
interface UsageField {
  own?: Reading;
  inner?: Map<string, Reading>;
}

/** All fields of a usage object that are read: it has a few of these, and some more. */
const FIELDS: ReadonlyMap<string, UsageField> = readings();

/** The usage that a body or a chunk reports, as attributes. */
export function usageAttributes(body: Fields): Attributes {
  const places = usagePlaces(body);
  return tokenUsage(places.length > 1 ? merged(places) : places[0]);
}

/** The usage of a body or a chunk, with the fields that are read, so that nothing else of it is kept. */
export function reportedUsage(body: Fields): Fields | undefined {
  const places = usagePlaces(body);
  return places.length > 0 ? merged(places) : undefined;
}

/** Usage of a stream: a later chunk counts, and fields that it lacks stay. */
export function laterUsage(earlier: Fields | undefined, chunk: Fields): Fields | undefined {
  const later = reportedUsage(chunk);
  return later && earlier ? merged([later, earlier]) : (later ?? earlier);
}

/** The counts of a usage object, the cost and the times in it, zeros included. */
export function tokenUsage(usage: unknown): Attributes {
  const found: Found = { attributes: {}, ranks: undefined };
  const fields = fieldsOf(usage);
  for (const name in fields) {
    const field = FIELDS.get(name);
    if (!field) continue;
    const value = fields[name];
    if (field.own) take(found, field.own, value);
    if (!field.inner || !isObject(value) || Array.isArray(value)) continue;
    for (const innerName in value) {
      const reading = field.inner.get(innerName);
      if (reading) take(found, reading, value[innerName]);
    }
  }
  return found.attributes;
}

interface Found {
  readonly attributes: Attributes;
  /** Of each attribute, the rank of the field that it is from; 0 if it is missing here. Made when a rank is not 0. */
  ranks: Record<string, number> | undefined;
}

function take(found: Found, { attribute, read, rank }: Reading, field: unknown): void {
  const value = read(field);
  if (value === undefined) return;
  if (rank > 0 || found.ranks) {
    found.ranks ??= {};
    if (attribute in found.attributes && rank > (found.ranks[attribute] ?? 0)) return;
    found.ranks[attribute] = rank;
  }
  found.attributes[attribute] = value;
}

/** The objects of a body that hold usage. Where several have the same field, the first one counts. */
function usagePlaces(body: Fields): Fields[] {
  const { usage, x_groq, choices, timings, time_info } = body;
  const groq = fieldsOf(x_groq).usage;
  const choice = fieldsOf(listOf(choices)[0]).usage;
  const places: Fields[] = isObject(usage) ? [usage] : [];
  if (isObject(groq)) places.push(groq);
  if (isObject(choice)) places.push(choice);
  if (isObject(timings)) places.push(timings);
  if (isObject(time_info)) places.push(time_info);
  return places;
}

function merged(places: readonly Fields[]): Fields {
  const usage: Record<string, unknown> = {};
  for (const field of FIELDS.keys()) {
    const place = places.find((each) => each[field] !== undefined && each[field] !== null);
    if (place) usage[field] = place[field];
  }
  return usage;
}

function readings(): ReadonlyMap<string, UsageField> {
  const fields = new Map<string, UsageField>();
  const add = (read: Reading['read'], table: typeof COUNTS) => {
    for (const [attribute, paths] of table) {
      for (const [rank, [name, inner]] of paths.entries()) {
        const field: UsageField = fields.get(name) ?? {};
        const reading = { attribute, read, rank };
        if (inner === undefined) field.own = reading;
        else field.inner = (field.inner ?? new Map()).set(inner, reading);
        fields.set(name, field);
      }
    }
  };
  add(count, COUNTS);
  add(number, NUMBERS);
  return fields;
}

function within(objects: readonly string[], ...fields: string[]): Path[] {
  return fields.flatMap((field) => objects.map((object): Path => [object, field]));
}
