import { describe, expect, it } from 'vitest';
import { speech } from '../../src/operations/speech.js';
import { transcriptions, translations } from '../../src/operations/transcriptions.js';

/** A file, a stream, a response: whatever is read of it is too much. */
const untouchable: object = new Proxy(
  {},
  {
    get: () => expect.fail('read'),
    has: () => expect.fail('looked for'),
    ownKeys: () => expect.fail('listed'),
  },
);

describe('audio.speech.create', () => {
  it('does not touch the response', () => {
    expect(speech.response(untouchable)).toEqual({ attributes: {}, choices: [] });
    expect(speech.output).toBeUndefined();
  });

  it('takes the text and how to say it', () => {
    expect(speech.input?.([{ input: 'Hello', instructions: 'Whisper' }])).toEqual({
      inputMessages: [{ role: 'user', parts: [{ type: 'text', content: 'Hello' }] }],
      systemInstructions: [{ type: 'text', content: 'Whisper' }],
    });
    expect(speech.input?.([{ input: 'Hello' }])).toEqual({
      inputMessages: [{ role: 'user', parts: [{ type: 'text', content: 'Hello' }] }],
    });
  });
});

describe.each([transcriptions, translations])('$name', (operation) => {
  it('does not touch the file', () => {
    const params = { model: 'whisper-1', file: untouchable, prompt: 'Names: Ada' };
    expect(operation.request([params]).target).toBe('whisper-1');
    expect(operation.input?.([params])).toEqual({
      inputMessages: [
        {
          role: 'user',
          parts: [
            { type: 'blob', modality: 'audio' },
            { type: 'text', content: 'Names: Ada' },
          ],
        },
      ],
    });
  });

  it.each([
    [undefined, undefined],
    ['json', 'json'],
    ['verbose_json', 'json'],
    ['diarized_json', 'json'],
    ['text', 'text'],
    ['srt', 'text'],
    ['vtt', 'text'],
    [7, undefined],
  ])('response format %s is output type %s', (response_format, expected) => {
    const { attributes } = operation.request([{ response_format }]);
    expect(attributes['gen_ai.output.type']).toBe(expected);
  });

  it.each([
    [
      'tokens',
      { usage: { type: 'tokens', input_tokens: 14, output_tokens: 0, input_token_details: { audio_tokens: 14 } } },
      {
        'gen_ai.usage.input_tokens': 14,
        'gen_ai.usage.output_tokens': 0,
        'gen_ai.usage.audio.input_tokens': 14,
      },
    ],
    ['seconds', { usage: { type: 'duration', seconds: 3 } }, { 'llm.audio.duration': 3 }],
    ['zero seconds', { usage: { type: 'duration', seconds: 0 }, duration: 1 }, { 'llm.audio.duration': 0 }],
    ['the duration of a verbose body', { duration: 8.47 }, { 'llm.audio.duration': 8.47 }],
    ['a duration that is text, as older APIs have it', { duration: '8.47' }, {}],
    ['nothing', {}, {}],
  ])('counts %s', (_, body, attributes) => {
    expect(operation.response({ text: 'Hello', ...body })).toEqual({ attributes, choices: [] });
  });

  it.each([['Hello'], [{ text: 'Hello', segments: [] }]])('said Hello in %j', (body) => {
    expect(operation.output?.(body)).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Hello' }], finish_reason: 'stop' },
    ]);
  });
});

describe('a stream of audio.transcriptions.create', () => {
  const assembly = () => transcriptions.assemble?.(100);

  it('is what the last event says', () => {
    const stream = assembly();
    stream?.add({ type: 'transcript.text.delta', delta: 'Hel' });
    stream?.add({ type: 'transcript.text.segment', text: 'Hello', speaker: 'A' });
    stream?.add({ type: 'transcript.text.done', text: 'Hello', usage: { input_tokens: 14, output_tokens: 2 } });
    const body = stream?.body();
    expect(transcriptions.output?.(body)).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Hello' }], finish_reason: 'stop' },
    ]);
    expect(transcriptions.response(body).attributes).toEqual({
      'gen_ai.usage.input_tokens': 14,
      'gen_ai.usage.output_tokens': 2,
    });
  });

  it('is what came until it was left', () => {
    const stream = assembly();
    stream?.add({ type: 'transcript.text.delta', delta: 'Hel' });
    stream?.add({ type: 'transcript.text.delta', delta: 'lo' });
    expect(transcriptions.output?.(stream?.body())).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Hello' }], finish_reason: 'error' },
    ]);
  });
});
