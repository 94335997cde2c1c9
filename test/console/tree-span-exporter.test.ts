import { describe, expect, it } from 'vitest';
import { renderTrace } from '../../src/console/render-trace.js';
import { TreeSpanExporter } from '../../src/console/tree-span-exporter.js';
import { makeSpan } from './spans.js';

const HEADER = 'shop  trace 0af7651916cd43dd8448eb211c80319c';
const CHAT = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4.1-mini' };

const root = makeSpan({ id: '01', name: 'GET /answer', from: 0, to: 400 });
const chat = makeSpan({
  id: '02',
  parent: '01',
  name: 'chat gpt-4.1-mini',
  from: 100,
  to: 300,
  attributes: {
    ...CHAT,
    'gen_ai.response.model': 'gpt-4.1-mini-2025-04-14',
    'gen_ai.usage.input_tokens': 24,
    'gen_ai.usage.cache_read.input_tokens': 8,
    'gen_ai.usage.output_tokens': 12,
    'gen_ai.usage.reasoning.output_tokens': 0,
    'gen_ai.response.finish_reasons': ['stop', 'tool_calls'],
    'gen_ai.tool.definitions': '[{"type":"function","name":"get_weather"},{"type":"web_search"}]',
    'http.response.status_code': 200,
    'http.request.resend_count': 1,
    'llm.request_id': 'req_1',
  },
  events: [
    { name: 'llm.choice', attributes: { 'llm.choice.index': 0, 'llm.choice.finish_reason': 'stop' } },
    {
      name: 'llm.choice',
      attributes: {
        'llm.choice.index': 1,
        'llm.choice.finish_reason': 'tool_calls',
        'llm.choice.tool_calls': '[{"id":"call_1","type":"function","name":"get_weather"}]',
      },
    },
  ],
});

function render(...spans: Parameters<typeof renderTrace>[0]) {
  return renderTrace(spans, { width: 70, color: false });
}

describe('renderTrace', () => {
  it('draws a tree with what matters and a time line', () => {
    const last = makeSpan({ id: '03', parent: '01', name: 'save', from: 300, to: 300.42 });
    expect(render(last, chat, root)).toBe(
      [
        `${HEADER} · 3 spans`,
        '',
        '✓ GET /answer                            400 ms ▕████████████████████▏',
        '├─ ✓ chat gpt-4.1-mini                   200 ms ▕     ██████████     ▏',
        '│    → gpt-4.1-mini-2025-04-14 · tokens 24 in (8 cached), 12 out',
        '│    finish stop, tool_calls · tools get_weather, web_search',
        '│    HTTP 200 · retries 1 · request req_1',
        '│    • llm.choice #0 stop',
        '│    • llm.choice #1 tool_calls → get_weather',
        '└─ ✓ save                               0.42 ms ▕               ▌    ▏',
        '',
      ].join('\n'),
    );
  });

  it('shows an error once, and what else an exception says', () => {
    const failed = makeSpan({
      id: '01',
      name: 'chat gpt-4.1-mini',
      from: 0,
      to: 3400,
      error: '503 The engine\n is \u001b[31moverloaded.',
      attributes: { ...CHAT, 'error.type': 'InternalServerError', 'http.response.status_code': 503 },
      events: [
        {
          name: 'exception',
          attributes: {
            'exception.type': 'InternalServerError',
            'exception.message': '503 The engine\n is \u001b[31moverloaded.',
          },
        },
        { name: 'exception', attributes: { 'exception.type': 'TypeError', 'exception.message': 'no' } },
      ],
    });
    expect(render(failed)).toBe(
      [
        `${HEADER} · 1 span · 1 error`,
        '',
        '✗ chat gpt-4.1-mini                      3.40 s ▕████████████████████▏',
        '  HTTP 503',
        '  InternalServerError: 503 The engine is overloaded.',
        '  • exception InternalServerError',
        '  • exception TypeError: no',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['completed', '✓'],
    ['cancelled', '◦'],
    ['aborted', '◦'],
    ['abandoned', '◦'],
  ])('marks a stream that was %s with %s', (reason, mark) => {
    const stream = makeSpan({
      id: '01',
      name: 'chat gpt-4.1-mini',
      from: 0,
      to: 65_000,
      attributes: {
        ...CHAT,
        'llm.streaming': true,
        'llm.stream.end_reason': reason,
        'llm.stream.chunk_count': 1,
        'gen_ai.response.time_to_first_chunk': 0.0412,
      },
    });
    expect(render(stream).split('\n').slice(2)).toEqual([
      `${mark} chat gpt-4.1-mini                   1 min 5 s ▕████████████████████▏`,
      `  streaming ${reason}, 1 chunk, first after 41 ms`,
      '',
    ]);
  });

  it('shows captured content: the newest message, and the output where no event shows it', () => {
    const asked = [
      { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'What is\n this?' },
          { type: 'blob', modality: 'image', content: 'AAAA' },
        ],
      },
    ];
    const answered = [
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', name: 'look_up', arguments: {} }],
        finish_reason: 'tool_calls',
      },
    ];
    const attributes = {
      ...CHAT,
      'gen_ai.input.messages': JSON.stringify(asked),
      'gen_ai.output.messages': JSON.stringify(answered),
    };
    const choice = { name: 'llm.choice', attributes: { 'llm.choice.content': 'A cat.' } };
    const spans = [
      makeSpan({ id: '01', name: 'a', from: 0, to: 1, attributes }),
      makeSpan({ id: '02', name: 'b', from: 0, to: 1, attributes, events: [choice] }),
      makeSpan({
        id: '03',
        name: 'c',
        from: 0,
        to: 1,
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.call.arguments': '{"city":"Paris"}',
          'gen_ai.tool.call.result': '{"weather":"sunny"}',
        },
      }),
      makeSpan({
        id: '04',
        name: 'd',
        from: 0,
        to: 1,
        attributes: {
          ...CHAT,
          'gen_ai.input.messages': JSON.stringify([
            { role: 'tool', parts: [{ type: 'tool_call_response', response: 'sunny' }] },
          ]),
          'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"te',
        },
      }),
    ];
    const lines = render(...spans)
      .split('\n')
      .filter((line) => line.startsWith('  '));
    expect(lines).toEqual([
      '  model gpt-4.1-mini',
      '  user “What is this?” [blob]',
      '  assistant → look_up',
      '  model gpt-4.1-mini',
      '  user “What is this?” [blob]',
      '  • llm.choice “A cat.”',
      '  arguments {"city":"Paris"}',
      '  result {"weather":"sunny"}',
      '  model gpt-4.1-mini',
      '  tool “sunny”',
    ]);
  });

  it('shows what the application added to a span of this package, and nothing of other spans', () => {
    const added = { 'user.id': 'ann', 'app.tags': ['beta', 'web'] };
    const ours = makeSpan({
      id: '01',
      name: 'chat gpt-4.1-mini',
      from: 0,
      to: 1,
      attributes: { ...CHAT, 'gen_ai.conversation.id': 'c-1', 'server.address': 'api.openai.com', ...added },
    });
    const other = makeSpan({ id: '02', name: 'GET', from: 0, to: 1, attributes: added });
    const lines = render(ours, other).split('\n');
    expect(lines.filter((line) => line.startsWith('  '))).toEqual([
      '  conversation c-1 · user.id ann · app.tags beta, web',
    ]);
  });

  it('keeps spans whose parent is missing', () => {
    const orphan = makeSpan({ id: '05', parent: '99', name: 'late', from: 200, to: 400 });
    const child = makeSpan({ id: '06', parent: '05', name: 'later', from: 300, to: 400 });
    expect(render(child, orphan, root).split('\n').slice(2)).toEqual([
      '✓ GET /answer                            400 ms ▕████████████████████▏',
      '✓ late                                   200 ms ▕          ██████████▏',
      '│ parent 99, not seen here',
      '└─ ✓ later                               100 ms ▕               █████▏',
      '',
    ]);
  });

  it('draws a trace that took no time', () => {
    const instant = makeSpan({ id: '01', name: 'now', from: 0, to: 0 });
    expect(render(instant).split('\n')[2]).toBe(
      '✓ now                                      0 ms ▕▌                   ▏',
    );
  });

  it('draws nothing for no spans', () => {
    expect(render()).toBe('');
  });

  it('cuts what is too long without breaking characters or columns', () => {
    const long = makeSpan({
      id: '01',
      name: `模型 👩‍👩‍👧 ${'é'.repeat(100)}`,
      from: 0,
      to: 1,
      attributes: { 'llm.request_id': 'x'.repeat(100) },
      events: [{ name: 'retry', attributes: { attempt: 2, reason: '忙'.repeat(50) } }],
    });
    expect(render(long).split('\n').slice(2)).toEqual([
      `✓ 模型 👩‍👩‍👧 ${'é'.repeat(27)}…   1.0 ms ▕████████████████████▏`,
      `  request ${'x'.repeat(59)}…`,
      `  • retry attempt=2 reason=${'忙'.repeat(21)}…`,
      '',
    ]);
  });

  it('colours what it draws, if asked to', () => {
    const coloured = renderTrace([chat, root], { width: 70, color: true });
    expect(coloured).toContain('\u001b[32m✓\u001b[39m \u001b[1mchat gpt-4.1-mini\u001b[22m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(render(chat, root));
  });
});

describe('TreeSpanExporter', () => {
  it('prints a trace when its root has ended, the rest at shutdown', async () => {
    const written: string[] = [];
    const exporter = new TreeSpanExporter({ width: 70, color: false, write: (text) => written.push(text) });
    const results: number[] = [];
    const late = makeSpan({ id: '07', parent: '01', name: 'late', from: 500, to: 600 });

    exporter.export([chat], ({ code }) => results.push(code));
    expect(written).toEqual([]);
    exporter.export([root], ({ code }) => results.push(code));
    expect(written).toEqual([`\n${render(chat, root)}`]);
    exporter.export([late], ({ code }) => results.push(code));
    await exporter.shutdown();
    expect(written.slice(1)).toEqual([`\n${render(late)}`]);
    expect(results).toEqual([0, 0, 0]);
  });

  it('takes a span with a remote parent for the root', () => {
    const written: string[] = [];
    const exporter = new TreeSpanExporter({ width: 70, color: false, write: (text) => written.push(text) });
    exporter.export(
      [makeSpan({ id: '01', parent: '99', remoteParent: true, name: 'served', from: 0, to: 1 })],
      () => {},
    );
    expect(written.join()).toContain('✓ served');
  });
});
