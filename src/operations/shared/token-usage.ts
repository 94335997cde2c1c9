import type { Attributes } from '@opentelemetry/api';
import { count, type Fields, fieldsOf, isObject, listOf, number } from '../../read.js';
import * as semconv from '../../semconv.js';

/** The objects of a body that hold usage. Where several have the same field, the first one counts. */
const PLACES: readonly ((body: Fields) => unknown)[] = [
  (body) => body.usage,
  (body) => fieldsOf(body.x_groq).usage,
  (body) => fieldsOf(listOf(body.choices)[0]).usage,
  (body) => body.timings,
];

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

/** The amount that the provider itself reports: a number, or an object with a total. */
const COSTS: readonly Path[] = [['cost'], ['cost', 'total_cost']];

/** All fields of a usage object that are read, so that nothing else of it is kept. */
const FIELDS: ReadonlySet<string> = new Set(
  [...COUNTS.flatMap(([, paths]) => paths), ...COSTS].map(([field]) => field),
);

/** The usage that a body or a chunk reports, as attributes. */
export function usageAttributes(body: Fields): Attributes {
  return tokenUsage(reportedUsage(body));
}

/** The usage object of a body or a chunk, made of all places that have one. */
export function reportedUsage(body: Fields): Fields | undefined {
  let usage: Record<string, unknown> | undefined;
  for (const place of PLACES) {
    const found = place(body);
    if (isObject(found)) usage = addMissing(usage ?? {}, found);
  }
  return usage;
}

/** Usage of a stream: a later chunk counts, and fields that it lacks stay. */
export function laterUsage(earlier: Fields | undefined, chunk: Fields): Fields | undefined {
  const later = reportedUsage(chunk);
  return later && earlier ? addMissing(later, earlier) : (later ?? earlier);
}

/** The counts of a usage object and the cost in it, zeros included. */
export function tokenUsage(usage: unknown): Attributes {
  const fields = fieldsOf(usage);
  const attributes: Attributes = {};
  for (const [attribute, paths] of COUNTS) {
    const value = firstOf(fields, paths, count);
    if (value !== undefined) attributes[attribute] = value;
  }
  const cost = firstOf(fields, COSTS, number);
  if (cost !== undefined) attributes[semconv.ATTR_GEN_AI_USAGE_COST] = cost;
  return attributes;
}

function firstOf(usage: Fields, paths: readonly Path[], read: (value: unknown) => number | undefined) {
  for (const [field, inner] of paths) {
    const value = read(inner === undefined ? usage[field] : fieldsOf(usage[field])[inner]);
    if (value !== undefined) return value;
  }
  return undefined;
}

function within(objects: readonly string[], ...fields: string[]): Path[] {
  return fields.flatMap((field) => objects.map((object): Path => [object, field]));
}

function addMissing(usage: Fields, more: Fields): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const value = usage[field] ?? more[field];
    if (value !== undefined && value !== null) merged[field] = value;
  }
  return merged;
}
