import { assignKnown } from '../../known.js';
import { count, type Fields, fieldsOf, isObject, listOf } from '../../read.js';
import { type Assembly, MAX_LISTED } from '../operation.js';
import { entry } from '../shared/bounded-map.js';
import { TextAccumulator } from '../shared/text-accumulator.js';

/** The field of an item to which a text delta belongs. */
interface TextField {
  /** The type of the item, if no event named it. */
  readonly item: string;
  /** The item's list of parts and the type of part, if the field is in a part. */
  readonly list?: string;
  readonly part?: string;
  readonly name: string;
}

const TEXT_DELTAS: ReadonlyMap<unknown, TextField> = new Map<string, TextField>([
  ['response.output_text.delta', { item: 'message', list: 'content', part: 'output_text', name: 'text' }],
  ['response.refusal.delta', { item: 'message', list: 'content', part: 'refusal', name: 'refusal' }],
  ['response.reasoning_text.delta', { item: 'reasoning', list: 'content', part: 'reasoning_text', name: 'text' }],
  ['response.reasoning_summary_text.delta', { item: 'reasoning', list: 'summary', part: 'summary_text', name: 'text' }],
  ['response.function_call_arguments.delta', { item: 'function_call', name: 'arguments' }],
  ['response.custom_tool_call_input.delta', { item: 'custom_tool_call', name: 'input' }],
  ['response.mcp_call_arguments.delta', { item: 'mcp_call', name: 'arguments' }],
  ['response.code_interpreter_call_code.delta', { item: 'code_interpreter_call', name: 'code' }],
]);

/** The statuses of a response that does not change any more. */
const FINAL = new Set<unknown>(['completed', 'incomplete', 'failed', 'cancelled']);

/**
 * Assembles the events of a streamed response: the final response if an event has it, otherwise the items received so far.
 * Items are copied, because the SDK's `ResponseStream` (lib/responses/ResponseStream, v4 to v7) later changes those of the events.
 */
export class ResponseAssembly implements Assembly {
  readonly #textLimit: number;
  readonly #head: Record<string, unknown> = {};
  readonly #items = new Map<number, ItemAccumulator>();

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
  }

  add(event: unknown): void {
    const { type, response, item, output_index, content_index, summary_index, delta, error, code, message } =
      fieldsOf(event);
    if (type === 'error') this.#fail(isObject(error) ? error : { code, message });
    if (isObject(response)) this.#replace(response);

    const index = count(output_index);
    if (index === undefined) return;
    if (isObject(item)) this.#item(index)?.replace(item);
    const field = TEXT_DELTAS.get(type);
    if (field) this.#item(index)?.add(field, count(content_index ?? summary_index) ?? 0, delta);
  }

  /** `cut_off` is set if no event with a final status arrived. */
  body(): unknown {
    const items = [...this.#items.entries()].sort(([a], [b]) => a - b);
    const body = { ...this.#head, output: items.map(([, item]) => item.body()) };
    return FINAL.has(this.#head.status) ? body : { ...body, cut_off: true };
  }

  /** `response.created` and `.in_progress` have no output, `.completed`, `.incomplete` and `.failed` have all of it. */
  #replace(response: Fields): void {
    const { id, model, status, service_tier, usage, error, incomplete_details, output } = response;
    assignKnown(this.#head, { id, model, status, service_tier, usage, error, incomplete_details });
    const items = listOf(output).slice(0, MAX_LISTED);
    if (items.length > 0) this.#items.clear();
    items.forEach((item, index) => {
      if (isObject(item)) this.#item(index)?.replace(item);
    });
  }

  /** SDK v5 and v6 pass the `error` event on as a chunk, v4 and v7.6 and later throw it. */
  #fail({ code, message }: Fields): void {
    assignKnown(this.#head, { status: 'failed', error: { code, message } });
  }

  #item(index: number): ItemAccumulator | undefined {
    return entry(this.#items, index, () => new ItemAccumulator(this.#textLimit));
  }
}

class ItemAccumulator {
  readonly #textLimit: number;
  readonly #texts = new Map<string, { field: TextField; text: TextAccumulator }>();
  #item: Fields = {};

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
  }

  /** Called with the item when it is added, and with the complete item when it is done. */
  replace(item: Fields): void {
    this.#item = fieldsOf(abridged(item, this.#textLimit));
    this.#texts.clear();
  }

  add(field: TextField, index: number, delta: unknown): void {
    const make = () => ({ field, text: new TextAccumulator(this.#textLimit) });
    entry(this.#texts, `${field.list} ${index}`, make)?.text.add(delta);
  }

  body(): Fields {
    const body: Record<string, unknown> = { ...this.#item };
    for (const { field, text } of this.#texts.values()) {
      body.type ??= field.item;
      if (field.list === undefined) body[field.name] = text.value;
      else body[field.list] = [...listOf(body[field.list]), { type: field.part, [field.name]: text.value }];
    }
    return body;
  }
}

/** Structural fields. They are kept at any text limit. */
const NAMING = new Set(['type', 'id', 'call_id', 'name', 'role', 'status', 'server_label', 'output_format']);
/** Fields with media. They are not cut, because their length is recorded and a part of one is useless. */
const MEDIA = new Set(['result', 'image_url', 'file_data', 'url']);
const MAX_DEPTH = 16;

/** A copy with texts cut to the limit plus one character, which marks a text as cut. */
function abridged(value: unknown, textLimit: number, field = '', depth = 0): unknown {
  if (typeof value === 'string') return NAMING.has(field) ? value : abridgedText(value, textLimit, MEDIA.has(field));
  if (!isObject(value)) return value;
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) {
    return value.slice(0, MAX_LISTED).map((entry) => abridged(entry, textLimit, field, depth + 1));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, abridged(entry, textLimit, key, depth + 1)]),
  );
}

function abridgedText(value: string, textLimit: number, isMedia: boolean): string {
  if (textLimit === 0) return value === '' ? '' : '…';
  return isMedia ? value : value.slice(0, textLimit + 1);
}
