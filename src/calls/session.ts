import { type Attributes, type Context, trace } from '@opentelemetry/api';
import { currentContext, runIn } from '../active-context.js';
import { capturesContent } from '../config.js';
import { contextAttributes, setContextAttributes } from '../context.js';
import { CURRENT_AGENT } from '../context-keys.js';
import { attempt, report } from '../guard.js';
import { merge } from '../known.js';
import type { Delivery, OnSent, SocketWatcher } from '../observe/sockets/socket-watcher.js';
import type { StreamEnd } from '../observe/watcher.js';
import type { Conversation, ReceivedMessage, ResponseRequest, SocketApi } from '../operations/socket-api.js';
import { fieldsOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import { ReportedFailure } from '../telemetry/errors.js';
import type { TelemetrySink } from '../telemetry/sink.js';
import type { CallStart } from './call.js';
import { type Calls, coverPendingCall } from './calls.js';
import { type OpenResponse, OpenResponses } from './open-responses.js';
import type { Server } from './server.js';
import { type SessionClose, SessionSpan, type SessionStart } from './session-span.js';

/** The close codes of a session that ended as it should: done, going away, none given (RFC 6455, 7.4.1). */
const REGULAR = new Set([1000, 1001, 1005]);

/** Why a response failed whose request was not sent. */
const CLOSED_SOCKET = { code: 'socket_closed', message: 'The WebSocket is closed.' };
const FULL_QUEUE = { code: 'send_queue_full', message: 'The send queue of the SDK is full.' };

/** How long a session waits for the close that the application asked for, in milliseconds. */
const CLOSE_GRACE = 5_000;

/** How many items of speech are remembered until they are transcribed. */
const MAX_TURNS = 128;

/** One session over a WebSocket, and its responses, each of which is a call. */
export class Session implements SocketWatcher {
  readonly #api: SocketApi;
  readonly #server: Server;
  readonly #calls: Calls;
  readonly #sink: TelemetrySink;
  readonly #onEnd: (session: Session) => void;
  /** The span that the application began the session in. */
  readonly #parent: Context;
  /** None, if the application does not want one. */
  readonly #span: SessionSpan | undefined;
  readonly #responses = new OpenResponses();
  readonly #conversation: Conversation | undefined;
  /** When the user stopped speaking, by the clock of `performance.now()`; by the item that the server made of it. */
  readonly #turns = new Map<string, number>();
  #context: Context;
  /** What holds for each response of the session, as far as it is known. */
  #settings: unknown;
  #ended = false;
  #abandoned = false;
  #error: unknown;
  /** The application closes the session. */
  #closing = false;
  #closeTimer: NodeJS.Timeout | undefined;
  #connection = 1;
  #reconnecting = false;
  /** When the user's last turn ended. The next response that nobody asked for answers to it. */
  #turnEnd: number | undefined;
  #responseCount = 0;
  #messageCount = 0;
  #reconnectCount = 0;

  constructor(start: SessionStart, calls: Calls, sink: TelemetrySink, onEnd: (session: Session) => void) {
    const { api, server, params, model, parent } = start;
    this.#api = api;
    this.#server = server;
    this.#calls = calls;
    this.#sink = sink;
    this.#onEnd = onEnd;
    this.#parent = parent;
    this.#settings = { model };
    if (capturesContent(sink.settings)) this.#conversation = api.conversation?.();
    const wanted = calls.isWanted({ name: api.name }, [params], parent);
    this.#span = wanted ? new SessionSpan(start, sink) : undefined;
    this.#context = this.#span?.context ?? parent;
  }

  within<T>(work: () => T): T {
    // Not to hide the context of the application where there is nothing to show.
    if (!this.#span) return work();
    const isInside = currentContext() === this.#context;
    if (!this.#ended) return isInside ? work() : runIn(this.#context, work);
    // The SDK's socket was made inside. Whoever begins the next session when this one has closed begins it where this one was begun.
    return isInside ? runIn(this.#parent, work) : work();
  }

  onSend(message: unknown): OnSent | undefined {
    if (this.#abandoned) return undefined;
    return this.#guard(() => {
      this.#conversation?.sent(message);
      const sent = this.#api.sent(message);
      // The server confirms them, but a response may be asked for before.
      if (sent?.kind === 'settings') this.#settings = { ...fieldsOf(this.#settings), ...fieldsOf(sent.settings) };
      const response = sent?.kind === 'response' ? this.#ask(sent) : undefined;
      return response && ((delivery, error) => this.#guard(() => this.#onSent(response, delivery, error)));
    });
  }

  onMessage(message: unknown): void {
    this.#whileOpen(() => {
      this.#messageCount++;
      this.#conversation?.received(message);
      this.#receive(this.#api.received(message), message);
    });
  }

  onHandshake(response: unknown): void {
    this.#guard(() => this.#span?.onHandshake(response));
  }

  onOpen(): void {
    this.#whileOpen(() => {
      this.#span?.onOpen();
      this.#deliverQueued();
    });
  }

  onError(error: unknown): void {
    this.#error = error;
  }

  onClosing(isClosing: boolean): void {
    this.#whileOpen(() => {
      this.#closing = isClosing;
      clearTimeout(this.#closeTimer);
      if (isClosing) this.#closeTimer = setTimeout(() => this.#close({}), CLOSE_GRACE).unref();
    });
  }

  onReconnecting(code: number | undefined): void {
    // The application closed the socket, and not the session.
    this.onClosing(false);
    this.#whileOpen(() => {
      this.#span?.onReconnecting(code);
      if (this.#reconnecting) return;
      this.#reconnecting = true;
      const error = this.#error ?? lostSocket(code);
      this.#endResponses('failed', error, (response) => response.connection === this.#connection);
    });
  }

  onReconnected(): void {
    this.#whileOpen(() => {
      this.#reconnecting = false;
      this.#error = undefined;
      this.#connection++;
      this.#reconnectCount++;
      this.#span?.onReconnected();
      this.#deliverQueued();
    });
  }

  onClosed(code: number, reason: string): void {
    if (this.#closing) {
      this.#close({ code });
      return;
    }
    const error = this.#error ?? lostSocket(code, reason);
    this.#close({ code, reason, error: REGULAR.has(code) ? undefined : error }, error);
  }

  onSilenced(): void {
    this.abandon();
  }

  onFault(fault: unknown): void {
    report(this.#sink.diag, fault);
    this.abandon();
  }

  /** Ends what is open because its end will not be seen. */
  abandon(): void {
    this.#abandoned = true;
    this.#whileOpen(() => {
      this.#endResponses('abandoned');
      this.#span?.onAbandoned(this.#totals);
      this.#end();
    });
  }

  /** @param lost why responses failed, if it was not the application that closed the session */
  #close(close: SessionClose, lost?: unknown): void {
    this.#whileOpen(() => {
      this.#endResponses(this.#closing ? 'aborted' : 'failed', lost);
      this.#span?.onClosed(close, this.#totals);
      this.#end();
    });
  }

  #end(): void {
    clearTimeout(this.#closeTimer);
    this.#ended = true;
    this.#onEnd(this);
  }

  /** A response that the application asks for. */
  #ask(request: ResponseRequest): OpenResponse | undefined {
    const active = currentContext();
    // First: the framework would make a span if it were asked for one.
    const pending = coverPendingCall(active, this.#api.response.name);
    const span = trace.getSpan(active);
    const session = trace.getSpan(this.#context);
    // A span of the application, other than the one that holds the session, is what the response is for.
    const isForSpan = span !== undefined && span !== session && span !== trace.getSpan(this.#parent);
    const parent = isForSpan || !session ? active : trace.setSpan(active, session);
    const link = isForSpan ? this.#span?.link : undefined;
    return this.#start(withConversation(parent, conversationOf(this.#context)), request, {
      links: link && [link],
      pending,
    });
  }

  #start(
    around: Context,
    { kind, params, lane, eventId }: Omit<ResponseRequest, 'kind'> & { readonly kind?: 'response' },
    more: Pick<CallStart, 'links' | 'pending' | 'startedAt'>,
  ): OpenResponse | undefined {
    const operation = this.#api.response;
    const parent = this.#withAgent(around);
    if (this.#responses.isFull || !this.#calls.isWanted(operation, [params], parent)) return undefined;
    const args = [params, this.#settings, this.#conversation?.take()];
    const call = this.#calls.begin({ operation, server: this.#server, args, parent, ...more });
    call.onStream();
    const lacksConversation = conversationOf(parent) === undefined;
    const asked = kind === 'response';
    const response: OpenResponse = { call, lane, asked, eventId, begun: false, heard: false, lacksConversation };
    this.#responseCount++;
    this.#responses.add(response);
    return response;
  }

  /** The agent of a voice session is in the context that the session was begun in. */
  #withAgent(parent: Context): Context {
    const name = text(fieldsOf(this.#parent.getValue(CURRENT_AGENT)).name);
    return name === undefined ? parent : withDefaults(parent, { [semconv.ATTR_GEN_AI_AGENT_NAME]: name });
  }

  #onSent(response: OpenResponse, delivery: Delivery, error: unknown): void {
    if (error !== undefined) this.#endResponse(response, 'failed', error);
    else if (delivery === 'queued' && !this.#ended) return;
    else if (delivery === 'sent') response.connection = this.#connection;
    else {
      const reason = delivery === 'discarded' ? FULL_QUEUE : CLOSED_SOCKET;
      this.#endResponse(response, 'failed', new ReportedFailure(reason));
    }
  }

  /** The SDK sends what it kept as soon as it has a socket. */
  #deliverQueued(): void {
    for (const response of this.#responses.all()) response.connection ??= this.#connection;
  }

  #receive(message: ReceivedMessage, event: unknown): void {
    switch (message.kind) {
      case 'created':
        this.#onBegin(this.#onCreated(message.id, message.lane), event);
        break;
      case 'part': {
        const response = this.#responses.begun(message.id, message.lane);
        if (response && message.audio) this.#onAudio(response);
        response?.call.onChunk(event);
        break;
      }
      case 'done': {
        if (this.#responses.hasEnded(message.id)) break;
        const response = this.#responses.begun(message.id, message.lane) ?? this.#onCreated(message.id, message.lane);
        if (!response) break;
        response.call.onChunk(event);
        this.#endResponse(response, message.end);
        break;
      }
      case 'error':
        this.#onServerError(message);
        break;
      case 'session':
        this.#onSession(message.session);
        break;
      case 'turn':
        this.#onTurn(message.item);
        break;
      case 'transcription':
        this.#onTranscription(message);
        break;
    }
  }

  #onBegin(response: OpenResponse | undefined, event: unknown): void {
    if (!response) return;
    response.begin = event;
    response.call.onChunk(event);
  }

  #onCreated(id: string | undefined, lane: string | undefined): OpenResponse | undefined {
    if (this.#responses.hasEnded(id)) return undefined;
    const known = id === undefined ? undefined : this.#responses.begun(id, lane);
    const response = known ?? this.#responses.waiting(lane) ?? this.#answerTurn(lane);
    if (!response || response.begun) return response;
    response.id = id;
    response.begun = true;
    response.connection = this.#connection;
    if (response.lacksConversation) {
      response.call.addAttributes({ [semconv.ATTR_GEN_AI_CONVERSATION_ID]: conversationOf(this.#context) });
    }
    return response;
  }

  /** A response that the server began without being asked by a message that was seen. */
  #answerTurn(lane: string | undefined): OpenResponse | undefined {
    const startedAt = this.#turnEnd;
    this.#turnEnd = undefined;
    return this.#start(this.#context, { params: {}, lane }, { startedAt });
  }

  #onAudio(response: OpenResponse): void {
    if (response.heard) return;
    response.heard = true;
    response.call.addAttributes({ [semconv.ATTR_LLM_RESPONSE_TIME_TO_FIRST_AUDIO]: response.call.age });
  }

  #onServerError({ error, eventId, lane, ends, isBusy }: Extract<ReceivedMessage, { kind: 'error' }>): void {
    const response = {
      'the response of the message': () => this.#responses.ofMessage(eventId),
      'the only waiting response': () => this.#responses.onlyWaiting(),
      'the response of the lane': () => this.#responses.begun(undefined, lane) ?? this.#responses.waiting(lane),
    }[ends]();
    const failure = new ReportedFailure(error);
    // Without a turn of the user, the server has no reason to begin a response by itself.
    const isCrossing = isBusy && !response && (eventId !== undefined || this.#turnEnd !== undefined);
    const mistaken = isCrossing ? this.#responses.askedAndBegun(eventId) : undefined;
    if (mistaken) this.#separate(mistaken, failure);
    else if (response) this.#endResponse(response, 'failed', failure);
    else this.#span?.onError(failure);
  }

  /**
   * The request of the application crossed with a response that the server began by itself, and that response was taken for
   * the one that was asked for.
   */
  #separate(asked: OpenResponse, failure: ReportedFailure): void {
    const { id, begin, heard, connection } = asked;
    asked.id = undefined;
    this.#responses.remove(asked);
    const response = this.#answerTurn(asked.lane);
    if (response) {
      Object.assign(response, { id, begin, heard, connection, begun: true });
      response.call.onChunk(begin);
    }
    // What came so far belongs to the other response.
    asked.call.onStream();
    asked.call.onStreamEnd('failed', failure);
  }

  #onSession(session: unknown): void {
    const described = this.#api.session?.(session);
    if (!described) return;
    this.#settings = described.settings;
    const { id } = described;
    this.#span?.describe(merge(described.attributes, { [semconv.ATTR_GEN_AI_CONVERSATION_ID]: id }));
    if (id !== undefined) this.#context = withConversation(this.#span?.context ?? this.#parent, id);
  }

  #onTurn(item: string | undefined): void {
    const now = performance.now();
    this.#turnEnd = now;
    if (item === undefined) return;
    this.#turns.set(item, now);
    const [oldest] = this.#turns.keys();
    if (this.#turns.size > MAX_TURNS && oldest !== undefined) this.#turns.delete(oldest);
  }

  /** Made by a model of its own, while the response may be under way. */
  #onTranscription({ item, body, error }: Extract<ReceivedMessage, { kind: 'transcription' }>): void {
    const { transcription } = this.#api;
    if (!transcription) return;
    const startedAt = item === undefined ? undefined : this.#turns.get(item);
    if (item !== undefined) this.#turns.delete(item);
    const args = [transcriptionParams(this.#settings)];
    const parent = this.#withAgent(this.#context);
    if (!this.#calls.isWanted(transcription, args, parent)) return;
    // The session's model is not the one that transcribes.
    const { deployment: _, ...server } = this.#server;
    const call = this.#calls.begin({ operation: transcription, server, args, parent, startedAt });
    if (error === undefined) {
      call.onResult(body);
      call.onDone();
    } else call.onError(new ReportedFailure(error));
  }

  #endResponses(end: StreamEnd, error?: unknown, which: (response: OpenResponse) => boolean = () => true): void {
    for (const response of this.#responses.all()) if (which(response)) this.#endResponse(response, end, error);
  }

  #endResponse(response: OpenResponse, end: StreamEnd, error?: unknown): void {
    this.#responses.remove(response);
    response.call.onStreamEnd(end, error);
  }

  get #totals() {
    return { responses: this.#responseCount, messages: this.#messageCount, reconnects: this.#reconnectCount };
  }

  #whileOpen(work: () => void): void {
    if (!this.#ended) this.#guard(work);
  }

  #guard<T>(work: () => T): T | undefined {
    return attempt(this.#sink.diag, work);
  }
}

/** `gen_ai.conversation.id`, once the server has told it or the application has set it. */
function conversationOf(from: Context): string | undefined {
  const { [semconv.ATTR_GEN_AI_CONVERSATION_ID]: id } = contextAttributes(from) ?? {};
  return typeof id === 'string' ? id : undefined;
}

function withConversation(parent: Context, id: string | undefined): Context {
  return id === undefined ? parent : withDefaults(parent, { [semconv.ATTR_GEN_AI_CONVERSATION_ID]: id });
}

/** Adds attributes. What the application says itself is closer to the truth. */
function withDefaults(parent: Context, attributes: Attributes): Context {
  return setContextAttributes(parent, { ...attributes, ...contextAttributes(parent) });
}

function lostSocket(code: number | undefined, reason = ''): ReportedFailure {
  return new ReportedFailure({ code, message: `The WebSocket was closed with code ${code}${reason && `: ${reason}`}` });
}

/** Where a session keeps the model that transcribes: in the general API and in its beta. */
function transcriptionParams(session: unknown) {
  const { audio, input_audio_transcription } = fieldsOf(session);
  const settings = fieldsOf(fieldsOf(audio).input).transcription ?? input_audio_transcription;
  return { model: fieldsOf(settings).model };
}
