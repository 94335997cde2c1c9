import { type Fields, fieldsOf, isObject, listOf, text } from '../../read.js';
import { type Assembly, MAX_LISTED } from '../operation.js';
import { entry } from '../shared/bounded-map.js';
import { TextAccumulator } from '../shared/text-accumulator.js';

/** Assembles the events of a session into the session as last reported, with its `turns` and the `messages` of the agent. */
export class SessionAssembly implements Assembly {
  readonly #textLimit: number;
  readonly #turns = new Map<string, { turn: Fields }>();
  readonly #messages = new Map<string, Fields>();
  #session: Fields = {};

  constructor(textLimit: number) {
    this.#textLimit = textLimit;
  }

  add(event: unknown): void {
    const { type, session, turn, usage, item } = fieldsOf(event);
    if (isObject(session)) this.#onSession(session);
    if (isObject(turn)) this.#onTurn(turn, usage);
    if (type === 'agent.session.turn.item.done') this.#onItem(fieldsOf(item));
  }

  body(): unknown {
    return {
      ...this.#session,
      turns: [...this.#turns.values()].map(({ turn }) => turn),
      messages: [...this.#messages.values()],
    };
  }

  #onSession(session: Fields): void {
    const agent = keep(fieldsOf(session.agent), 'id', 'name', 'model');
    this.#session = { ...keep(session, 'id', 'status', 'error'), agent };
  }

  /** The event of a turn that has ended has the usage, and so may the turn. */
  #onTurn(turn: Fields, usage: unknown): void {
    const known = entry(this.#turns, text(turn.id) ?? '', () => ({ turn }));
    if (!known) return;
    known.turn = { ...keep(turn, 'id', 'status', 'error', 'subagent_id', 'usage'), ...(isObject(usage) && { usage }) };
  }

  /** A message of the agent itself. What its subagents write is for the agent. */
  #onItem({ id, type, role, turn_id, content }: Fields): void {
    const { turn } = this.#turns.get(text(turn_id) ?? '') ?? {};
    if (type !== 'message' || role !== 'assistant' || text(turn?.subagent_id) !== undefined) return;
    entry(this.#messages, text(id) ?? '', () => ({
      content: listOf(content)
        .slice(0, MAX_LISTED)
        .map((part) => this.#cut(fieldsOf(part))),
    }));
  }

  #cut({ type, text: whole }: Fields): Fields {
    const kept = new TextAccumulator(this.#textLimit);
    kept.add(whole);
    return { type, text: kept.value };
  }
}

/** Some fields of an object, so that nothing else of it is kept. */
function keep(object: Fields, ...names: string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}
