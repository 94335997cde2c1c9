import { describe, expect, it } from 'vitest';
import { ResponseAssembly } from '../../src/operations/responses/stream.js';

const LIMIT = 100;

/** The body, without the mark of a stream that was cut off. */
function assembled(events: readonly unknown[], textLimit = LIMIT) {
  const { cut_off: _, ...body } = bodyOf(events, textLimit);
  return body;
}

function bodyOf(events: readonly unknown[], textLimit = LIMIT): Record<string, unknown> {
  const assembly = new ResponseAssembly(textLimit);
  for (const event of events) assembly.add(event);
  return Object(assembly.body());
}

const head = { id: 'resp_1', model: 'gpt-5', service_tier: 'default' };
const started = { ...head, object: 'response', status: 'in_progress', output: [], usage: null, error: null };
const usage = { input_tokens: 3, output_tokens: 2 };

const created = { type: 'response.created', sequence_number: 0, response: started };
const inProgress = { type: 'response.in_progress', sequence_number: 1, response: started };

function text(said: string) {
  return { type: 'output_text', text: said, annotations: [], logprobs: [] };
}

function message(...content: object[]) {
  return { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content };
}

function added(item: object, output_index = 0) {
  return { type: 'response.output_item.added', output_index, item };
}

function done(item: object, output_index = 0) {
  return { type: 'response.output_item.done', output_index, item };
}

function ended(status: string, response: object = {}) {
  return { type: `response.${status}`, response: { ...started, status, ...response } };
}

function textDelta(delta: unknown, output_index = 0, content_index = 0) {
  return { type: 'response.output_text.delta', output_index, content_index, item_id: 'msg_1', delta };
}

describe('the events of a response', () => {
  it('become the response that the last of them holds', () => {
    const output = [message(text('Hello there'))];
    const events = [
      created,
      inProgress,
      added(message()),
      textDelta('Hello '),
      textDelta('there'),
      done(message(text('Hello there'))),
      ended('completed', { output, usage }),
    ];
    expect(assembled(events)).toEqual({ ...head, status: 'completed', error: null, usage, output });
  });

  it('become what the last of them holds, also where that has fewer items than came before', () => {
    const output = [message(text('Only this'))];
    const events = [
      created,
      done(message(text('First'))),
      done(message(text('Second')), 1),
      ended('completed', { output }),
    ];
    expect(assembled(events)).toMatchObject({ output });
  });

  it('that end early become as much as came', () => {
    const call = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'get_weather' };
    const events = [
      created,
      added(message()),
      done(message(text('Let me see.'))),
      added({ ...call, arguments: '' }, 1),
      { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"city":' },
      { type: 'response.function_call_arguments.delta', output_index: 1, delta: '"Par' },
    ];
    expect(assembled(events)).toEqual({
      ...head,
      status: 'in_progress',
      usage: null,
      error: null,
      output: [message(text('Let me see.')), { ...call, arguments: '{"city":"Par' }],
    });
  });

  it.each([
    [[], true],
    [[created, inProgress, textDelta('a')], true],
    [[textDelta('a')], true],
    [[created, ended('queued')], true],
    [[created, ended('completed')], undefined],
    [[created, ended('incomplete')], undefined],
    [[created, ended('failed')], undefined],
    [[created, ended('cancelled')], undefined],
    [[created, { type: 'error', code: 'server_error', message: 'Oh no' }], undefined],
  ])('that stop before the last one are cut off: %#', (events, cutOff) => {
    expect(bodyOf(events).cut_off).toBe(cutOff);
  });

  it('that are resumed in the middle become what came since', () => {
    expect(assembled([textDelta('there')])).toEqual({
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'there' }] }],
    });
  });

  it.each<[string, object, object]>([
    ['output_text', { content_index: 1 }, { type: 'message', content: [{ type: 'output_text', text: 'ab' }] }],
    ['refusal', { content_index: 0 }, { type: 'message', content: [{ type: 'refusal', refusal: 'ab' }] }],
    ['reasoning_text', { content_index: 0 }, { type: 'reasoning', content: [{ type: 'reasoning_text', text: 'ab' }] }],
    [
      'reasoning_summary_text',
      { summary_index: 2 },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'ab' }] },
    ],
    ['function_call_arguments', {}, { type: 'function_call', arguments: 'ab' }],
    ['custom_tool_call_input', {}, { type: 'custom_tool_call', input: 'ab' }],
    ['mcp_call_arguments', {}, { type: 'mcp_call', arguments: 'ab' }],
    ['code_interpreter_call_code', {}, { type: 'code_interpreter_call', code: 'ab' }],
  ])('of type %s say something', (name, at, item) => {
    const deltas = ['a', 'b'].map((delta) => ({ type: `response.${name}.delta`, output_index: 0, ...at, delta }));
    expect(assembled(deltas)).toEqual({ output: [item] });
  });

  it('belong to several items and parts at once', () => {
    const events = [textDelta('a', 1, 0), textDelta('x', 0), textDelta('b', 1, 1), textDelta('c', 1, 0)];
    expect(assembled(events)).toEqual({
      output: [
        { type: 'message', content: [{ type: 'output_text', text: 'x' }] },
        {
          type: 'message',
          content: [
            { type: 'output_text', text: 'ac' },
            { type: 'output_text', text: 'b' },
          ],
        },
      ],
    });
  });

  it.each([
    ['flat, as the API sends it', { type: 'error', code: 'server_error', message: 'Oh no', param: null }],
    ['nested', { type: 'error', error: { type: 'server_error', code: 'server_error', message: 'Oh no' } }],
  ])('report an error: %s', (_, error) => {
    expect(assembled([created, error])).toMatchObject({
      id: 'resp_1',
      status: 'failed',
      error: { code: 'server_error', message: 'Oh no' },
    });
  });

  it('report a failed response', () => {
    const error = { code: 'server_error', message: 'Oh no' };
    expect(assembled([created, ended('failed', { error })])).toMatchObject({ status: 'failed', error });
  });

  it('report an incomplete response', () => {
    const incomplete_details = { reason: 'max_output_tokens' };
    const output = [message(text('Hel'))];
    expect(assembled([created, ended('incomplete', { incomplete_details, output })])).toMatchObject({
      status: 'incomplete',
      incomplete_details,
      output,
    });
  });
});

describe('assembling', () => {
  it('is not disturbed by what a reader does to the events', () => {
    const item = message();
    const assembly = new ResponseAssembly(LIMIT);
    assembly.add(added(item));
    item.content.push(text('Hello'));
    assembly.add(textDelta('Hello'));
    expect(assembly.body()).toMatchObject({ output: [{ content: [{ type: 'output_text', text: 'Hello' }] }] });
  });

  it('keeps no text if none is wanted, but shows that there was some', () => {
    const call = { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: 'secret' };
    const output = [message({ type: 'refusal', refusal: 'secret' }), call, { type: 'reasoning', summary: [] }];
    const body = assembled([created, ended('completed', { output, usage, instructions: 'secret' })], 0);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body).toMatchObject({
      status: 'completed',
      usage,
      output: [{ content: [{ type: 'refusal', refusal: '…' }] }, { call_id: 'call_1', name: 'get_weather' }, {}],
    });
  });

  it('keeps one character more than is wanted of each text, and media whole', () => {
    const image = 'data:image/png;base64,AAAAAAAAAAAA';
    const output = [
      message(text('0123456789')),
      { type: 'image_generation_call', id: 'ig_0123456789', result: 'AAAAAAAAAAAA' },
      { type: 'computer_call_output', output: { type: 'computer_screenshot', image_url: image } },
    ];
    expect(assembled([textDelta('012'), textDelta('3456789')], 5)).toMatchObject({
      output: [{ content: [{ text: '012345' }] }],
    });
    expect(assembled([ended('completed', { output })], 5)).toMatchObject({
      output: [
        { content: [{ type: 'output_text', text: '012345' }] },
        { id: 'ig_0123456789', result: 'AAAAAAAAAAAA' },
        { output: { image_url: image } },
      ],
    });
  });

  it('is bounded, whatever comes', () => {
    const events = Array.from({ length: 10_000 }, (_, i) => [textDelta('a', i), textDelta('a', 0, i)]).flat();
    const body = assembled(events) as { output: { content: unknown[] }[] };
    expect(body.output).toHaveLength(128);
    expect(body.output[0]?.content).toHaveLength(128);

    const output = Array.from({ length: 10_000 }, () => message(...Array.from({ length: 200 }, () => text('a'))));
    const whole = assembled([ended('completed', { output })]) as typeof body;
    expect(whole.output).toHaveLength(128);
    expect(whole.output[0]?.content).toHaveLength(128);
  });

  it('ends with what is nested without end', () => {
    const nested: Record<string, unknown> = { type: 'message' };
    nested.content = [nested];
    expect(JSON.stringify(assembled([done(nested)])).length).toBeLessThan(1_000);
  });

  it.each([
    [[]],
    [[null]],
    [['text', 7, true]],
    [[{}, { type: 7 }, { type: 'response.new_thing', output_index: 0 }]],
    [
      [
        { type: 'response.completed', response: null },
        { type: 'response.output_item.done', output_index: 0 },
      ],
    ],
    [[textDelta('lost', -1), textDelta('lost', Number.NaN), { type: 'response.output_text.delta', delta: 'lost' }]],
  ])('passes over %j', (events) => {
    expect(assembled(events)).toEqual({ output: [] });
  });

  it('passes over deltas that are no text', () => {
    expect(assembled([textDelta(null), textDelta(7), textDelta('a')])).toMatchObject({
      output: [{ content: [{ text: 'a' }] }],
    });
  });
});
