import type { CallHandle } from './call-handle.js';

/** A response that was requested or has begun, and has not ended. */
export interface OpenResponse {
  readonly call: CallHandle;
  readonly lane: string | undefined;
  /** Whether the application requested it. */
  readonly asked: boolean;
  /** The id of the message that requested it. */
  readonly eventId?: string | undefined;
  /** Its id, once the server has begun it. */
  id?: string | undefined;
  begun: boolean;
  /** The event with which it began. */
  begin?: unknown;
  heard: boolean;
  /** Whether `gen_ai.conversation.id` was unknown when it was requested. */
  readonly lacksConversation: boolean;
  /** The connection on which its message was sent. */
  connection?: number | undefined;
}

/** How many open responses of one socket are traced. Applications have fewer. Further ones are not traced. */
const MAX_OPEN = 1_000;
const MAX_REMEMBERED = 64;

/** The open responses of one session. Finds the response to which a message of the server belongs. */
export class OpenResponses {
  /** In the order of their requests. */
  readonly #open = new Set<OpenResponse>();
  /** The last ids that ended: the end of a response can be reported twice. */
  readonly #ended = new Set<string>();

  get isFull(): boolean {
    return this.#open.size >= MAX_OPEN;
  }

  add(response: OpenResponse): void {
    this.#open.add(response);
  }

  remove(response: OpenResponse): void {
    this.#open.delete(response);
    if (response.id === undefined) return;
    this.#ended.add(response.id);
    const [oldest] = this.#ended;
    if (this.#ended.size > MAX_REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
  }

  hasEnded(id: string | undefined): boolean {
    return id !== undefined && this.#ended.has(id);
  }

  /** The response of an id, or, for a message without one, the latest of the lane that has begun. */
  begun(id: string | undefined, lane: string | undefined): OpenResponse | undefined {
    if (id !== undefined) return this.#find((response) => response.id === id);
    let latest: OpenResponse | undefined;
    for (const response of this.#open) if (response.begun && response.lane === lane) latest = response;
    return latest;
  }

  /** The first response of the lane that has not begun. The server begins them in order. */
  waiting(lane: string | undefined): OpenResponse | undefined {
    return this.#find((response) => !response.begun && response.lane === lane);
  }

  onlyWaiting(): OpenResponse | undefined {
    const waiting = [...this.#open].filter((response) => !response.begun);
    return waiting.length === 1 ? waiting[0] : undefined;
  }

  /** The response that a message requested, if it has not begun. */
  ofMessage(eventId: string | undefined): OpenResponse | undefined {
    if (eventId === undefined) return undefined;
    return this.#find((response) => !response.begun && response.eventId === eventId);
  }

  /** The response that a message requested, or the only requested one, if it has begun. */
  askedAndBegun(eventId: string | undefined): OpenResponse | undefined {
    const asked = [...this.#open].filter((response) => response.begun && response.asked);
    if (eventId !== undefined) return asked.find((response) => response.eventId === eventId);
    return asked.length === 1 ? asked[0] : undefined;
  }

  all(): OpenResponse[] {
    return [...this.#open];
  }

  #find(matches: (response: OpenResponse) => boolean): OpenResponse | undefined {
    for (const response of this.#open) if (matches(response)) return response;
    return undefined;
  }
}
