import type { CallHandle } from './call-handle.js';

/** A response that was asked for or has begun, and has not ended. */
export interface OpenResponse {
  readonly call: CallHandle;
  readonly lane: string | undefined;
  /** The application asked for it. */
  readonly asked: boolean;
  /** The id of the message that asked for it. */
  readonly eventId?: string | undefined;
  /** Its id, once the server has begun it. */
  id?: string | undefined;
  begun: boolean;
  /** The event with which it began. */
  begin?: unknown;
  heard: boolean;
  /** `gen_ai.conversation.id` was not known when it was asked for. */
  readonly lacksConversation: boolean;
  /** The connection that its message was sent on, once it was. */
  connection?: number | undefined;
}

/** More than an application has under way on one socket. What comes beyond is not traced. */
const MAX_OPEN = 1_000;
const MAX_REMEMBERED = 64;

/** The responses of one session, and which of them a message of the server belongs to. */
export class OpenResponses {
  /** In the order in which they were asked for. */
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

  /** The first response of the lane that waits for its begin: a server begins them in order. */
  waiting(lane: string | undefined): OpenResponse | undefined {
    return this.#find((response) => !response.begun && response.lane === lane);
  }

  onlyWaiting(): OpenResponse | undefined {
    const waiting = [...this.#open].filter((response) => !response.begun);
    return waiting.length === 1 ? waiting[0] : undefined;
  }

  /** The response that a message asked for, if it waits for its begin. */
  ofMessage(eventId: string | undefined): OpenResponse | undefined {
    if (eventId === undefined) return undefined;
    return this.#find((response) => !response.begun && response.eventId === eventId);
  }

  /** The response that a message asked for, or the only one that was asked for, if it has begun. */
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
