import assert from 'node:assert/strict';
import type { Attributes } from '@opentelemetry/api';
import { describe, it } from 'vitest';
import { merge } from '../../src/known.js';
import type { Content } from '../../src/operations/content.js';
import { operations } from '../../src/operations/index.js';
import { MAX_LISTED } from '../../src/operations/operation.js';
import { limitContent } from '../../src/telemetry/limit.js';

const MANY = 10_000;
const BASE64 = 'A'.repeat(20 << 20);

const many = (item: unknown) => Array.from({ length: MANY }, () => item);

/** Values that may stand where something else belongs. */
const odd: Record<string, unknown> = {
  undefined: undefined,
  null: null,
  'a number': 7,
  NaN: Number.NaN,
  'a string': 'x',
  'an empty string': '',
  '20 MB of base64': BASE64,
  'an empty object': {},
  'an empty list': [],
  'a list of nulls': [null, undefined, null],
  'a list of lists': [[[[]]]],
  'very many items': many({ text: 'x', type: 'text', index: 'x', embedding: [1, 2], b64_json: BASE64 }),
  'very many strings': many('x'),
  'a function': () => {},
  'an object without a prototype': Object.assign(Object.create(null), { type: 'x' }),
  'a binary response': new Response(new Uint8Array(8)),
};

/** Every field that an operation reads, wherever it is. */
const FIELDS = [
  'additional_instructions additional_messages answers assistant_id attributes audio b64_json call_id choices code',
  'completion_tokens completion_tokens_details content data delta dimensions duration encoding_format event file',
  'finish_reason frequency_penalty function functions id image image_file image_url incomplete_details index input',
  'input_tokens input_tokens_details input_token_details instructions last_error max_completion_tokens max_num_results',
  'max_tokens message messages model n name output output_format output_tokens output_tokens_details prompt',
  'prompt_tokens prompt_tokens_details query questions reason refusal required_action response_format revised_prompt',
  'role seconds seed service_tier status stop stream submit_tool_outputs system_fingerprint temperature text thread',
  'thread_id tool_call_id tool_calls tool_outputs tools top_p type url usage value',
].flatMap((line) => line.split(' '));

const everyField = (value: unknown) => Object.fromEntries(FIELDS.map((name) => [name, value]));

/** An odd value in place of the whole, of each field of it, and of each field of these. */
function around(value: unknown): unknown[] {
  const once = everyField(value);
  return [value, once, everyField(once), everyField([once]), everyField({ ...once, type: 'completed' })];
}

const events = [
  'thread.message.delta',
  'thread.run.completed',
  'image_generation.completed',
  'transcript.text.delta',
  'transcript.text.done',
];

// `assert`, because there are half a million checks, and `expect` takes microseconds each.

/** As attributes have to be, where they are known. */
function assertAttributes(attributes: Attributes) {
  for (const [name, value] of Object.entries(merge(attributes))) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    assert(
      values.every((one) => ['string', 'number', 'boolean'].includes(typeof one)),
      name,
    );
    assert(values.length <= MAX_LISTED, name);
  }
}

function assertSmall(content: Content) {
  const released = limitContent(content, {
    maxContentLength: 100,
    maxTotalContentLength: 262_144,
    captureMedia: false,
  });
  assert(JSON.stringify(released).length < 262_144 + 32_768);
  const messages = [...(content.inputMessages ?? []), ...(content.outputMessages ?? [])];
  assert(messages.every(({ role, parts }) => typeof role === 'string' && Array.isArray(parts)));
}

describe.each(operations.map((operation) => [`${operation.resource}.${operation.method}`, operation] as const))(
  '%s',
  (_, operation) => {
    it.each(Object.entries(odd))('bears %s', (_, value) => {
      for (const input of around(value)) {
        for (const args of [[], [input], [input, input], ['a', input], ['a', 'b', input], [input, input, input]]) {
          const request = operation.request(args, 'deployment');
          assertAttributes(request.attributes);
          assert(['string', 'undefined'].includes(typeof request.target));
          assert(['boolean', 'undefined'].includes(typeof request.streaming));
          assertSmall(operation.input?.(args) ?? {});
        }

        const response = operation.response(input);
        assertAttributes(response.attributes);
        assert(response.choices.length <= MAX_LISTED);
        assertSmall({ outputMessages: operation.output?.(input) ?? [] });
      }
    });

    it.each(Object.entries(odd))('bears a stream of %s', (_, value) => {
      const assembly = operation.assemble?.(100);
      if (!assembly) return;
      for (const chunk of around(value)) {
        assembly.add(chunk);
        for (const name of events) {
          assembly.add({ event: name, data: chunk });
          assembly.add({ ...(typeof chunk === 'object' ? chunk : {}), type: name });
        }
      }
      const body = assembly.body();
      assertAttributes(operation.response(body).attributes);
      assertSmall({ outputMessages: operation.output?.(body) ?? [] });
    });

    it('keeps a bounded part of an endless stream', () => {
      const assembly = operation.assemble?.(100);
      if (!assembly) return;
      for (let index = 0; index < 1_000; index++) {
        const said = 'word '.repeat(10);
        const delta = { content: [{ index, type: 'text', text: { value: said } }] };
        assembly.add({ choices: [{ index, text: said, delta: { content: said } }] });
        assembly.add({ event: 'thread.message.delta', data: { id: `msg_${index}`, delta } });
        assembly.add({ type: 'transcript.text.delta', delta: said });
        assembly.add({ type: 'image_generation.completed', b64_json: said });
      }
      assert(JSON.stringify(assembly.body()).length < MAX_LISTED * 250);
    });
  },
);
