import { describe, expect, it } from 'vitest';
import { chatInput, chatOutput } from '../../src/operations/chat/messages.js';

const parts = (message: object) => chatInput({ messages: [message] }).inputMessages?.[0]?.parts;

describe('what is said to the model', () => {
  it.each([
    ['a text', { content: 'Hi' }, [{ type: 'text', content: 'Hi' }]],
    ['nothing', { content: '' }, []],
    ['texts', { content: [{ type: 'text', text: 'a' }] }, [{ type: 'text', content: 'a' }]],
    ['a refusal', { content: [{ type: 'refusal', refusal: 'No' }] }, [{ type: 'refusal', content: 'No' }]],
    [
      'a picture elsewhere',
      { content: [{ type: 'image_url', image_url: { url: 'https://a.example/b.png' } }] },
      [{ type: 'uri', modality: 'image', uri: 'https://a.example/b.png' }],
    ],
    [
      'a picture',
      { content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }] },
      [{ type: 'blob', modality: 'image', mime_type: 'image/png', content: 'QUJD', byte_length: 3 }],
    ],
    [
      'a sound',
      { content: [{ type: 'input_audio', input_audio: { data: 'QUI=', format: 'wav' } }] },
      [{ type: 'blob', modality: 'audio', mime_type: 'audio/wav', content: 'QUI=', byte_length: 2 }],
    ],
    [
      'a file',
      { content: [{ type: 'file', file: { file_id: 'file-1' } }] },
      [{ type: 'file', modality: 'document', file_id: 'file-1' }],
    ],
    ['something new', { content: [{ type: 'hologram', data: 'x' }] }, [{ type: 'other', kind: 'hologram' }]],
    [
      'something strange',
      { content: [null, 7] },
      [
        { type: 'other', kind: 'unknown' },
        { type: 'other', kind: 'unknown' },
      ],
    ],
    [
      'a call of a tool',
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
      [{ type: 'tool_call', id: 'a', name: 'f', arguments: '{}' }],
    ],
    [
      'a call of a custom tool',
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'c', input: 'x' } }] },
      [{ type: 'tool_call', id: 'a', name: 'c', arguments: 'x' }],
    ],
    [
      'a call of the older form',
      { role: 'assistant', function_call: { name: 'f', arguments: '{}' } },
      [{ type: 'tool_call', name: 'f', arguments: '{}' }],
    ],
    [
      'a spoken answer, by reference',
      { role: 'assistant', audio: { id: 'audio_1' } },
      [{ type: 'blob', modality: 'audio' }],
    ],
    [
      'the result of a tool',
      { role: 'tool', tool_call_id: 'a', content: 'Sunny' },
      [{ type: 'tool_call_response', id: 'a', response: 'Sunny' }],
    ],
    [
      'the result of a tool in parts',
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'Sunny' }] },
      [{ type: 'tool_call_response', id: 'a', response: [{ type: 'text', content: 'Sunny' }] }],
    ],
    [
      'thoughts',
      { role: 'assistant', reasoning_content: 'Hm', content: 'Yes' },
      [
        { type: 'reasoning', content: 'Hm' },
        { type: 'text', content: 'Yes' },
      ],
    ],
  ])('%s', (_, message, expected) => {
    expect(parts(message)).toEqual(expected);
  });

  it('has the role and the name that were given', () => {
    expect(chatInput({ messages: [{ role: 'developer', name: 'Ada', content: 'Hi' }] })).toEqual({
      inputMessages: [{ role: 'developer', name: 'Ada', parts: [{ type: 'text', content: 'Hi' }] }],
    });
  });

  it('is the end of a very long conversation', () => {
    const messages = Array.from({ length: 1500 }, (_, i) => ({ role: 'user', content: String(i) }));
    const { inputMessages = [] } = chatInput({ messages });
    expect(inputMessages).toHaveLength(1000);
    expect(inputMessages.at(-1)?.parts).toEqual([{ type: 'text', content: '1499' }]);
  });

  it.each([undefined, null, 'x', {}, [null], [[]]])('can be told of messages like %j', (messages) => {
    expect(() => chatInput({ messages })).not.toThrow();
  });
});

describe('what the model says', () => {
  it('is one message a choice', () => {
    const audio = { id: 'audio_1', data: 'QUJD', transcript: 'Hello' };
    const body = {
      choices: [
        { finish_reason: 'stop', message: { role: 'assistant', content: 'Hello' } },
        { finish_reason: null, message: { audio } },
        null,
      ],
    };
    expect(chatOutput(body)).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Hello' }], finish_reason: 'stop' },
      {
        role: 'assistant',
        parts: [{ type: 'blob', modality: 'audio', content: 'QUJD', byte_length: 3, transcript: 'Hello' }],
        finish_reason: 'error',
      },
      { role: 'assistant', parts: [], finish_reason: 'error' },
    ]);
  });
});
