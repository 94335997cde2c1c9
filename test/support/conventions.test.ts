import { expect, it } from 'vitest';
import { checkConventions } from './conventions.mjs';

const text = { type: 'text', content: 'Hi' };
const output = { role: 'assistant', parts: [text], finish_reason: 'stop' };
const input = (part: object) => ({ 'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [part] }]) });

it.each<[string, Record<string, unknown>]>([
  ['an output message without a finish reason', { 'gen_ai.output.messages': [{ role: 'assistant', parts: [text] }] }],
  ['a message without a role', { 'gen_ai.output.messages': [{ ...output, role: undefined }] }],
  ['messages that are no list', { 'gen_ai.output.messages': output }],
  ['a part without a type', input({ content: 'Hi' })],
  ['a part of an unknown type', input({ type: 'picture', content: 'Hi' })],
  ['a text without content', input({ type: 'text' })],
  ['a tool call without a name', input({ type: 'tool_call', arguments: {} })],
  ['a tool response without a response', input({ type: 'tool_call_response', result: 1 })],
  ['a server tool call without a type', input({ type: 'server_tool_call', name: 'a', server_tool_call: {} })],
  ['a URI without a modality', input({ type: 'uri', uri: 'https://a.example' })],
  ['instructions that are no text', { 'gen_ai.system_instructions': [{ type: 'reasoning', content: 'Hi' }] }],
  ['a tool without a name', { 'gen_ai.tool.definitions': '[{"type":"web_search"}]' }],
  ['a tool without a type', { 'gen_ai.tool.definitions': '[{"name":"web_search"}]' }],
  ['a document with a textual score', { 'gen_ai.retrieval.documents': [{ id: 'a', score: '1' }] }],
  ['text that is no JSON', { 'gen_ai.input.messages': '[{"role":' }],
])('the check refuses %s', (_, attributes) => {
  expect(() => checkConventions(attributes)).toThrow();
});

it('the check accepts what is right, as JSON text and as structures', () => {
  const right = {
    'gen_ai.input.messages': [{ role: 'user', parts: [text, { type: 'blob', modality: 'image', byte_length: 3 }] }],
    'gen_ai.output.messages': [output],
    'gen_ai.system_instructions': [text],
    'gen_ai.tool.definitions': [{ type: 'web_search', name: 'web_search' }],
    'gen_ai.retrieval.documents': [{ id: 'a', score: 0.5 }],
  };
  checkConventions(right);
  checkConventions(Object.fromEntries(Object.entries(right).map(([name, value]) => [name, JSON.stringify(value)])));
  checkConventions({ 'gen_ai.operation.name': 'chat' });
});
