import { count, type Fields, fieldsOf, isObject, listOf, text } from '../../read.js';
import { MAX_LISTED } from '../operation.js';
import { entry } from '../shared/bounded-map.js';
import { TextAccumulator } from '../shared/text-accumulator.js';

/** The field of an item to which a text delta belongs. */
export interface TextField {
  /** The type of the item, if no event named it. */
  readonly item: string;
  /** The item's list of parts and the type of part, if the field is in a part. */
  readonly list?: string;
  readonly part?: string;
  readonly name: string;
}

/**
 * Assembles the items of a response. The API numbers them by `output_index`. Compatible servers leave it out, or send 0 for each
 * item, so a known item id counts first. Some servers change the id with each event: then the index counts.
 */
export class ItemAssembly {
  readonly #textLimit: number;
  readonly #items: ItemAccumulator[] = [];
  readonly #byId = new Map<string, ItemAccumulator>();
  /** The last item that used an index. */
  readonly #byIndex = new Map<number, ItemAccumulator>();

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
  }

  clear(): void {
    this.#items.length = 0;
    this.#byId.clear();
    this.#byIndex.clear();
  }

  /**
   * The item of an event, which is a new one if none fits. `undefined` if there are too many.
   * @param starts whether the event is the first one of an item
   */
  of(event: Fields, starts = false): ItemAccumulator | undefined {
    const id = text(event.item_id) ?? text(fieldsOf(event.item).id);
    const index = count(event.output_index);
    const known = this.#known(id, index);
    return known ?? (starts ? undefined : this.#current(event, id, index)) ?? this.#start(id, index);
  }

  get bodies(): Fields[] {
    const order = (item: ItemAccumulator) => item.index ?? this.#items.indexOf(item);
    return [...this.#items].sort((a, b) => order(a) - order(b)).map((item) => item.body());
  }

  /** Two indexes are two items, even if a server gives both the same id. */
  #known(id: string | undefined, index: number | undefined): ItemAccumulator | undefined {
    const item = id === undefined ? undefined : this.#byId.get(id);
    return index === undefined || item?.index === undefined || item.index === index ? item : undefined;
  }

  /** The item that an event without a known id continues. An item that is done is not continued by another item. */
  #current(event: Fields, id: string | undefined, index: number | undefined): ItemAccumulator | undefined {
    const current = index === undefined ? this.#items.at(-1) : this.#byIndex.get(index);
    if (current?.isDone && isObject(event.item)) return undefined;
    const isOther = index === undefined && id !== undefined && current?.id !== undefined;
    return isOther ? undefined : current;
  }

  #start(id: string | undefined, index: number | undefined): ItemAccumulator | undefined {
    if (this.#items.length >= MAX_LISTED) return undefined;
    const item = new ItemAccumulator(this.#textLimit, id, index);
    this.#items.push(item);
    if (id !== undefined) this.#byId.set(id, item);
    if (index !== undefined) this.#byIndex.set(index, item);
    return item;
  }
}

class ItemAccumulator {
  readonly #textLimit: number;
  readonly #texts = new Map<string, { field: TextField; text: TextAccumulator }>();
  readonly id: string | undefined;
  readonly index: number | undefined;
  #item: Fields = {};
  #isDone = false;

  constructor(textLimit: number, id: string | undefined, index: number | undefined) {
    this.#textLimit = textLimit;
    this.id = id;
    this.index = index;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Called with the item when it is added, and with the complete item when it is done. */
  replace(item: Fields, isDone: boolean): void {
    this.#isDone = isDone;
    this.#item = fieldsOf(abridged(item, this.#textLimit, { objects: MAX_OBJECTS }));
    this.#texts.clear();
  }

  add(field: TextField, index: number, delta: unknown): void {
    const make = () => ({ field, text: new TextAccumulator(this.#textLimit) });
    entry(this.#texts, `${field.list} ${index}`, make)?.text.add(isObject(delta) ? JSON.stringify(delta) : delta);
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
/** How many objects of an item are copied: one for each part that is recorded. */
const MAX_OBJECTS = 2_000;
/** How many fields of one object: one more than are recorded, so that it is marked as cut. */
const MAX_FIELDS = 1_001;

/** A copy with texts cut to the limit plus one character, which marks a text as cut. */
function abridged(value: unknown, textLimit: number, room: { objects: number }, field = '', depth = 0): unknown {
  if (typeof value === 'string') return NAMING.has(field) ? value : abridgedText(value, textLimit, MEDIA.has(field));
  if (!isObject(value)) return value;
  if (depth > MAX_DEPTH || room.objects-- <= 0) return undefined;
  if (Array.isArray(value)) {
    return value.slice(0, MAX_LISTED).map((entry) => abridged(entry, textLimit, room, field, depth + 1));
  }
  const copy: Record<string, unknown> = {};
  let fields = 0;
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    if (++fields > MAX_FIELDS) break;
    const entry = abridged(value[key], textLimit, room, key, depth + 1);
    if (key !== '__proto__') copy[key] = entry;
  }
  return copy;
}

function abridgedText(value: string, textLimit: number, isMedia: boolean): string {
  if (textLimit === 0) return value === '' ? '' : '…';
  return isMedia ? value : value.slice(0, textLimit + 1);
}
