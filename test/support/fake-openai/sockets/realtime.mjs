import { think, words } from '../brain.mjs';

/** @import { Answer, Params } from '../brain.mjs' */
/** @import { ApiRequest } from '../index.mjs' */
/** @import { Connection, Event } from './connection.mjs' */

/** @typedef {Record<string, unknown>} Json */

/** The names of the beta for what the general API calls otherwise. */
const BETA_NAMES = /** @type {Record<string, string>} */ ({
  'response.output_text.delta': 'response.text.delta',
  'response.output_text.done': 'response.text.done',
  'response.output_audio.delta': 'response.audio.delta',
  'response.output_audio.done': 'response.audio.done',
  'response.output_audio_transcript.delta': 'response.audio_transcript.delta',
  'response.output_audio_transcript.done': 'response.audio_transcript.done',
  'conversation.item.added': 'conversation.item.created',
});

/**
 * The Realtime API. Sound is base64 of the words that are spoken: what the client appends is heard when a word ends with a
 * full stop, if the session detects turns, and answered.
 */
export class RealtimeApi {
  #connection;
  #isBeta;
  /** @type {Json} */
  #session;
  /** @type {Json[]} */
  #items = [];
  /** @type {{ id: string, cancelled: string | undefined } | undefined} */
  #active;
  #heard = '';
  #count = 0;

  /** @param {Connection} connection */
  constructor(connection) {
    const { path, headers, number } = connection;
    const query = new URL(path, 'http://127.0.0.1').searchParams;
    this.#connection = connection;
    this.#isBeta =
      String(headers['openai-beta']).includes('realtime=v1') ||
      String(headers['sec-websocket-protocol']).includes('openai-beta.realtime-v1');
    const model = query.get('model') ?? query.get('deployment') ?? 'gpt-realtime';
    this.#session = {
      id: `sess_fake${number}`,
      object: 'realtime.session',
      model: `${model}-2025-08-28`,
      ...(this.#isBeta ? { modalities: ['audio', 'text'] } : { type: 'realtime', output_modalities: ['audio'] }),
      instructions: '',
      tools: [],
      tool_choice: 'auto',
    };
  }

  onOpen() {
    this.#send({ type: 'session.created', session: this.#session });
  }

  /** @param {Event} message */
  onMessage(message) {
    switch (message.type) {
      case 'session.update':
        this.#session = { ...this.#session, .../** @type {Json} */ (message.session) };
        this.#send({ type: 'session.updated', session: this.#session });
        break;
      case 'conversation.item.create':
        this.#addItem(/** @type {Json} */ (message.item));
        break;
      case 'input_audio_buffer.append':
        this.#heard += Buffer.from(String(message.audio), 'base64').toString();
        if (this.#detectsTurns && this.#heard.includes('.')) this.#onSpeech();
        break;
      case 'input_audio_buffer.commit':
        this.#commit();
        break;
      case 'response.create':
        if (this.#active)
          this.#refuse(
            message,
            'conversation_already_has_active_response',
            'Conversation already has an active response.',
          );
        else void this.#respond(/** @type {Json} */ (message.response ?? {}));
        break;
      case 'response.cancel':
        if (this.#active) this.#active.cancelled = 'client_cancelled';
        else this.#refuse(message, 'response_cancel_not_active', 'Cancellation failed: no active response found.');
        break;
      default:
        this.#refuse(message, 'invalid_value', `Invalid value: '${message.type}'.`);
    }
  }

  /** @returns {boolean} */
  get #detectsTurns() {
    const audio = /** @type {any} */ (this.#session.audio);
    return Boolean(audio?.input?.turn_detection ?? this.#session.turn_detection);
  }

  /** @returns {string | undefined} */
  get #transcriptionModel() {
    const audio = /** @type {any} */ (this.#session.audio);
    const settings = /** @type {any} */ (audio?.input?.transcription ?? this.#session.input_audio_transcription);
    return settings?.model;
  }

  /** The user has said a sentence. What the model is saying ends. */
  #onSpeech() {
    const item_id = this.#id('item');
    this.#send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id });
    if (this.#active) this.#active.cancelled = 'turn_detected';
    this.#send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 500, item_id });
    this.#commit(item_id);
    void this.#respond({});
  }

  #commit(item_id = this.#id('item')) {
    const transcript = this.#heard.trim();
    this.#heard = '';
    this.#send({ type: 'input_audio_buffer.committed', previous_item_id: null, item_id });
    this.#addItem(
      { id: item_id, type: 'message', role: 'user', content: [{ type: 'input_audio', transcript }] },
      false,
    );
    if (!this.#transcriptionModel) return;
    const at = { item_id, content_index: 0 };
    if (transcript.includes('mumble')) {
      const error = {
        type: 'transcription_error',
        code: 'audio_unintelligible',
        message: 'The audio could not be transcribed.',
      };
      this.#send({ type: 'conversation.item.input_audio_transcription.failed', ...at, error });
      return;
    }
    const said = length(transcript);
    const usage = {
      type: 'tokens',
      input_tokens: said * 10,
      input_token_details: { audio_tokens: said * 10, text_tokens: 0 },
      output_tokens: said,
      total_tokens: said * 11,
    };
    this.#send({ type: 'conversation.item.input_audio_transcription.completed', ...at, transcript, usage });
  }

  /**
   * @param {Json} given
   * @param {boolean} [withContent]
   */
  #addItem(given, withContent = true) {
    const item = { id: this.#id('item'), object: 'realtime.item', status: 'completed', ...given };
    this.#items.push(item);
    const shown = withContent ? item : { ...item, content: [{ type: 'input_audio', transcript: null }] };
    this.#send({ type: 'conversation.item.added', previous_item_id: null, item: shown });
    if (!this.#isBeta) this.#send({ type: 'conversation.item.done', previous_item_id: null, item: shown });
  }

  /** @param {Json} params */
  async #respond(params) {
    const id = this.#id('resp');
    const active = { id, cancelled: /** @type {string | undefined} */ (undefined) };
    // The one that was interrupted ends first.
    while (this.#active) await new Promise(setImmediate);
    this.#active = active;
    const settings = { ...this.#session, ...params };
    const modalities = /** @type {string[]} */ (settings.output_modalities ?? settings.modalities);
    const spoken = modalities.includes('audio');
    const answer = this.#think(settings);
    const output = itemsOf(answer, spoken, id);
    const response = {
      object: 'realtime.response',
      id,
      status: 'in_progress',
      status_details: null,
      output: [],
      conversation_id: 'conv_fake',
      usage: null,
      metadata: params.metadata ?? null,
    };
    await this.#connection.stream(
      [
        { type: 'response.created', response },
        {
          type: 'rate_limits.updated',
          rate_limits: [{ name: 'tokens', limit: 40_000, remaining: 39_000, reset_seconds: 1 }],
        },
        ...output.flatMap((item, index) => itemEvents(item, index, id)),
      ].map((event) => this.#named(event)),
      () => active.cancelled === undefined,
    );
    const failed = settings.instructions === 'fail';
    const status = active.cancelled ? 'cancelled' : failed ? 'failed' : 'completed';
    this.#active = undefined;
    this.#items.push(...(status === 'completed' ? output : []));
    this.#send({
      type: 'response.done',
      response: {
        ...response,
        status,
        status_details: {
          type: status,
          ...(active.cancelled ? { reason: active.cancelled } : {}),
          ...(failed
            ? { error: { type: 'server_error', code: 'inference_failed', message: 'The model failed to answer.' } }
            : {}),
        },
        output: status === 'completed' ? output : [],
        usage: failed ? null : this.#usage(answer, spoken),
      },
    });
  }

  /**
   * @param {Json} settings
   * @returns {Answer}
   */
  #think({ tools, instructions }) {
    const functions = /** @type {Json[]} */ (tools ?? []).filter(({ type }) => type === 'function');
    const params = {
      model: 'gpt-realtime',
      messages: [
        ...(instructions ? [{ role: 'system', content: instructions }] : []),
        ...this.#items.flatMap(asMessage),
      ],
      tools: functions.map(({ type, ...called }) => ({ type, function: called })),
    };
    const request = { number: this.#connection.number * 1000 + this.#count };
    const [answer] = think(
      /** @type {Params} */ (/** @type {unknown} */ (params)),
      /** @type {ApiRequest} */ (request),
    );
    if (!answer) throw new TypeError('no answer');
    return answer;
  }

  /**
   * @param {Answer} answer
   * @param {boolean} spoken
   */
  #usage({ content, toolCalls }, spoken) {
    const asked = this.#items.length * 10;
    const said = content === null ? toolCalls.length * 12 : length(content);
    return {
      total_tokens: asked + said,
      input_tokens: asked,
      output_tokens: said,
      input_token_details: {
        text_tokens: asked - 4,
        audio_tokens: 4,
        image_tokens: 0,
        cached_tokens: 8,
        cached_tokens_details: { text_tokens: 8, audio_tokens: 0 },
      },
      output_token_details: spoken
        ? { text_tokens: 2, audio_tokens: said - 2 }
        : { text_tokens: said, audio_tokens: 0 },
    };
  }

  /**
   * @param {Event} message
   * @param {string} code
   * @param {string} text
   */
  #refuse({ event_id = null }, code, text) {
    this.#send({ type: 'error', error: { type: 'invalid_request_error', code, message: text, param: null, event_id } });
  }

  /** @param {Event} event */
  #send(event) {
    this.#connection.send(this.#named(event));
  }

  /**
   * @param {Event} event
   * @returns {Event}
   */
  #named(event) {
    return {
      event_id: this.#id('event'),
      ...event,
      type: (this.#isBeta ? BETA_NAMES[event.type] : undefined) ?? event.type,
    };
  }

  /** @param {string} kind */
  #id(kind) {
    this.#count++;
    return `${kind}_fake${this.#connection.number}_${this.#count}`;
  }
}

/**
 * @param {Answer} answer
 * @param {boolean} spoken
 * @param {string} id
 * @returns {Json[]}
 */
function itemsOf({ content, toolCalls }, spoken, id) {
  if (content === null) {
    return toolCalls.map(({ id: call_id, function: called }) => ({
      id: `fc_${call_id}`,
      object: 'realtime.item',
      type: 'function_call',
      status: 'completed',
      call_id,
      ...called,
    }));
  }
  const part = spoken ? { type: 'output_audio', transcript: content } : { type: 'output_text', text: content };
  return [
    {
      id: `msg_${id}`,
      object: 'realtime.item',
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [part],
    },
  ];
}

/**
 * @param {Json} item
 * @param {number} output_index
 * @param {string} response_id
 * @returns {Event[]}
 */
function itemEvents(item, output_index, response_id) {
  const at = { response_id, item_id: item.id, output_index };
  const added = {
    type: 'response.output_item.added',
    response_id,
    output_index,
    item: { ...item, status: 'in_progress', content: [], arguments: '' },
  };
  const done = { type: 'response.output_item.done', response_id, output_index, item };
  if (item.type === 'function_call') {
    return [
      added,
      { type: 'response.function_call_arguments.delta', ...at, call_id: item.call_id, delta: item.arguments },
      { type: 'response.function_call_arguments.done', ...at, call_id: item.call_id, arguments: item.arguments },
      done,
    ];
  }
  const [part] = /** @type {Json[]} */ (item.content);
  const placed = { ...at, content_index: 0 };
  const deltas = words(String(part?.transcript ?? part?.text)).flatMap((delta) =>
    part?.type === 'output_audio'
      ? [
          { type: 'response.output_audio_transcript.delta', ...placed, delta },
          { type: 'response.output_audio.delta', ...placed, delta: Buffer.from(delta).toString('base64') },
        ]
      : [{ type: 'response.output_text.delta', ...placed, delta }],
  );
  return [
    added,
    { type: 'response.content_part.added', ...placed, part: { type: part?.type } },
    ...deltas,
    { type: 'response.content_part.done', ...placed, part },
    done,
  ];
}

/**
 * An item as the brain understands it.
 *
 * @param {Json} item
 * @returns {Json[]}
 */
function asMessage(item) {
  if (item.type === 'function_call_output') return [{ role: 'tool', content: item.output }];
  if (item.type !== 'message') return [];
  const parts = /** @type {Json[]} */ (item.content ?? []);
  return [{ role: item.role, content: parts.map(({ text, transcript }) => text ?? transcript ?? '').join(' ') }];
}

/** @param {string} text */
function length(text) {
  return words(text).length;
}
