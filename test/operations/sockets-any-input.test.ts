import { describe, expect, it } from 'vitest';
import { realtime } from '../../src/operations/realtime/realtime.js';
import { responsesSocket } from '../../src/operations/responses/socket.js';

const BASE64 = 'A'.repeat(16 << 20);

/** Values that may stand where something else belongs. */
const odd: readonly unknown[] = [
  undefined,
  null,
  7,
  'x',
  '',
  BASE64,
  {},
  [],
  [null, undefined],
  [[[[]]]],
  Array(10_000).fill({ type: 'message', content: [{ type: 'output_audio', transcript: 'x', audio: 'x' }] }),
  () => {},
  Object.create(null),
];

const TYPES = [
  'response.create',
  'response.created',
  'response.done',
  'response.completed',
  'response.output_audio.delta',
  'session.update',
  'session.created',
  'conversation.item.create',
  'input_audio_buffer.committed',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.input_audio_transcription.failed',
  'error',
  'what',
];

const FIELDS = [
  ...['response', 'session', 'item', 'item_id', 'transcript', 'usage', 'error', 'response_id', 'event_id', 'stream_id'],
  ...['id', 'status', 'status_details', 'output', 'content', 'tools', 'audio', 'output_modalities', 'model', 'input'],
];

const withFields = (value: unknown) => Object.fromEntries(FIELDS.map((name) => [name, value]));

describe.each([realtime, responsesSocket])('$name', (api) => {
  it.each(TYPES)('%s may have any shape', (type) => {
    for (const value of odd) {
      for (const fields of [withFields(value), withFields(withFields(value))]) {
        const message = { ...fields, type };
        api.sent(message);
        expect(api.received(message).kind).toEqual(expect.any(String));
        const conversation = api.conversation?.();
        conversation?.sent(message);
        conversation?.received(message);

        const { response } = api;
        const args = [fields, fields, conversation?.take()];
        response.request(args);
        response.input?.(args);
        const digest = response.digest?.();
        digest?.add(message);
        const body = digest?.body();
        expect(response.response(body).choices.length).toBeLessThanOrEqual(1);
        expect(response.output?.(body).length).toBeLessThanOrEqual(1);
      }
    }
  });

  it('a session may have any shape', () => {
    for (const value of odd) expect(JSON.stringify(api.session?.(value) ?? {})).toEqual(expect.any(String));
  });

  it.each(odd.map((value, index) => [index, value]))('a message that is no object (%i)', (_, value) => {
    expect(api.sent(value)).toBeUndefined();
    expect(api.received(value).kind).toEqual(expect.any(String));
  });
});
