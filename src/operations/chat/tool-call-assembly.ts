import { count, type Fields, fieldsOf, isObject, label, text } from '../../read.js';
import { MAX_LISTED } from '../operation.js';
import { TextAccumulator } from '../shared/text-accumulator.js';

/**
 * Assembles the tool calls of a streamed choice. The API tells parallel calls apart by `index`. Compatible servers leave
 * it out or send 0 for each call, so the id counts first.
 */
export class ToolCallAssembly {
  readonly #textLimit: number;
  readonly #calls: ToolCallAccumulator[] = [];
  readonly #byId = new Map<string, ToolCallAccumulator>();
  /** The last call that used an index. */
  readonly #byIndex = new Map<number, ToolCallAccumulator>();

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
  }

  /** @param position the position of the delta in its chunk */
  add(delta: Fields, position: number): void {
    const id = label(delta.id);
    const index = count(delta.index);
    const call = this.#find(delta, id, index, position) ?? this.#start(index);
    if (!call) return;
    if (id !== undefined && !this.#byId.has(id) && call.id === undefined) this.#byId.set(id, call);
    if (index !== undefined) this.#byIndex.set(index, call);
    call.add(delta, id);
  }

  /** In the order of their indexes. Calls that share an index, or have none, stay in the order of the stream. */
  get calls(): object[] {
    const order = (call: ToolCallAccumulator) => call.index ?? this.#calls.indexOf(call);
    return [...this.#calls].sort((a, b) => order(a) - order(b)).map((call) => call.body());
  }

  /** The call that a delta continues, if it does not start one. */
  #find(
    delta: Fields,
    id: string | undefined,
    index: number | undefined,
    position: number,
  ): ToolCallAccumulator | undefined {
    const known = id === undefined ? undefined : this.#byId.get(id);
    if (known) return known;
    const name = nameOf(delta);
    const current = index === undefined ? this.#unnumbered(id, name, position) : this.#byIndex.get(index);
    return current?.isContinuedBy(id, name) ? current : undefined;
  }

  /** Without an index, a name or a new id starts a call. Any other delta continues one. */
  #unnumbered(id: string | undefined, name: string | undefined, position: number): ToolCallAccumulator | undefined {
    if (name !== undefined) return undefined;
    const current = position > 0 ? this.#calls[position] : this.#calls.at(-1);
    return id !== undefined && current?.id !== undefined ? undefined : current;
  }

  #start(index: number | undefined): ToolCallAccumulator | undefined {
    if (this.#calls.length >= MAX_LISTED) return undefined;
    const call = new ToolCallAccumulator(this.#textLimit, index);
    this.#calls.push(call);
    return call;
  }
}

/** One call. Also assembles a `function_call`, the older form. */
export class ToolCallAccumulator {
  readonly index: number | undefined;
  readonly #arguments: TextAccumulator;
  #id: string | undefined;
  #type: string | undefined;
  #name: string | undefined;

  constructor(textLimit: number, index?: number) {
    this.index = index;
    this.#arguments = new TextAccumulator(textLimit);
  }

  get id(): string | undefined {
    return this.#id;
  }

  /**
   * Whether a delta with the same index belongs to this call. Another name means another call. Another id does so only
   * with a name: some servers make an id for each delta, but only the first delta of a call has the name.
   */
  isContinuedBy(id: string | undefined, name: string | undefined): boolean {
    if (name === undefined || this.#name === undefined) return true;
    if (id !== undefined && this.#id !== undefined) return id === this.#id;
    return name === this.#name;
  }

  add(delta: Fields, id = label(delta.id)): void {
    const { arguments: args, input } = calledIn(delta);
    const piece = args ?? input;
    this.#id ??= id;
    this.#type = text(delta.type) ?? this.#type;
    this.#name = nameOf(delta) ?? this.#name;
    this.#arguments.add(isObject(piece) ? JSON.stringify(piece) : piece);
  }

  body() {
    const name = this.#name;
    const args = this.#arguments.value;
    const called =
      this.#type === 'custom' ? { custom: { name, input: args } } : { function: { name, arguments: args } };
    return { id: this.#id, type: this.#type, ...called };
  }
}

function calledIn(delta: Fields): Fields {
  return fieldsOf(delta.function ?? delta.custom);
}

function nameOf(delta: Fields): string | undefined {
  return text(calledIn(delta).name);
}
