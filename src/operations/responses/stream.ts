import { assignKnown } from '../../known.js';
import { count, type Fields, fieldsOf, isObject, listOf } from '../../read.js';
import { type Assembly, MAX_LISTED } from '../operation.js';
import { entry } from '../shared/bounded-map.js';
import { TextAccumulator } from '../shared/text-accumulator.js';

/** Where a piece of text belongs in the item that it is part of. */
interface Place {
  readonly item: string;
  /** The item's list of parts, and which kind of part, if not in the item itself. */
  readonly list?: string;
  readonly part?: string;
  readonly field: string;
}

const PLACES: ReadonlyMap<unknown, Place> = new Map<string, Place>([
  ['response.output_text.delta', { item: 'message', list: 'content', part: 'output_text', field: 'text' }],
  ['response.refusal.delta', { item: 'message', list: 'content', part: 'refusal', field: 'refusal' }],
  ['response.reasoning_text.delta', { item: 'reasoning', list: 'content', part: 'reasoning_text', field: 'text' }],
  [
    'response.reasoning_summary_text.delta',
    { item: 'reasoning', list: 'summary', part: 'summary_text', field: 'text' },
  ],
  ['response.function_call_arguments.delta', { item: 'function_call', field: 'arguments' }],
  ['response.custom_tool_call_input.delta', { item: 'custom_tool_call', field: 'input' }],
  ['response.mcp_call_arguments.delta', { item: 'mcp_call', field: 'arguments' }],
  ['response.code_interpreter_call_code.delta', { item: 'code_interpreter_call', field: 'code' }],
]);

/**
 * Puts the events of a response together: the whole response where its end was seen, else its items as far as they came.
 * Items are copied, because the SDK's own `ResponseStream` (v4 to v7) goes on to write into those of the events.
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
    const place = PLACES.get(type);
    if (place) this.#item(index)?.add(place, count(content_index ?? summary_index) ?? 0, delta);
  }

  body(): unknown {
    const items = [...this.#items.entries()].sort(([a], [b]) => a - b);
    return { ...this.#head, output: items.map(([, item]) => item.body()) };
  }

  /** `response.created` and `.in_progress` come without output, `.completed`, `.incomplete` and `.failed` with all of it. */
  #replace(response: Fields): void {
    const { id, model, status, service_tier, usage, error, incomplete_details, output } = response;
    assignKnown(this.#head, { id, model, status, service_tier, usage, error, incomplete_details });
    const items = listOf(output).slice(0, MAX_LISTED);
    if (items.length > 0) this.#items.clear();
    items.forEach((item, index) => {
      if (isObject(item)) this.#item(index)?.replace(item);
    });
  }

  /** SDK v5 and v6 hand out the `error` event like any other, v4 and late v7 throw it. */
  #fail({ code, message }: Fields): void {
    assignKnown(this.#head, { status: 'failed', error: { code, message } });
  }

  #item(index: number): ItemAccumulator | undefined {
    return entry(this.#items, index, () => new ItemAccumulator(this.#textLimit));
  }
}

class ItemAccumulator {
  readonly #textLimit: number;
  readonly #texts = new Map<string, { place: Place; text: TextAccumulator }>();
  #item: Fields = {};

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
  }

  /** As it is when it is added and, complete, when it is done. */
  replace(item: Fields): void {
    this.#item = fieldsOf(abridged(item, this.#textLimit));
    this.#texts.clear();
  }

  add(place: Place, index: number, delta: unknown): void {
    const make = () => ({ place, text: new TextAccumulator(this.#textLimit) });
    entry(this.#texts, `${place.list} ${index}`, make)?.text.add(delta);
  }

  body(): Fields {
    const body: Record<string, unknown> = { ...this.#item };
    for (const { place, text } of this.#texts.values()) {
      body.type ??= place.item;
      if (place.list === undefined) body[place.field] = text.value;
      else body[place.list] = [...listOf(body[place.list]), { type: place.part, [place.field]: text.value }];
    }
    return body;
  }
}

/** Fields that say what an item is, not what is said in it. */
const NAMING = new Set(['type', 'id', 'call_id', 'name', 'role', 'status', 'server_label', 'output_format']);
/** Fields that hold media. Their length is told, and a part of one is of no use. */
const MEDIA = new Set(['result', 'image_url', 'file_data', 'url']);
const MAX_DEPTH = 16;

/** A copy of which the texts are no longer than wanted, one character more showing that something is missing. */
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
