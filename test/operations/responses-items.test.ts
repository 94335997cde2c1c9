import type { BetaResponseOutputItem } from 'openai/resources/beta/responses/responses';
import type { ResponseInputItem, ResponseOutputItem } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import type { Message, Part } from '../../src/operations/content.js';
import { answeredCall, describeItem, toolCallOf } from '../../src/operations/responses/items.js';

/** Never to be told, wherever it is found. */
const SECRET = 'secret-words';

type Item = ResponseOutputItem | ResponseInputItem | BetaResponseOutputItem;
type Kind = NonNullable<Item['type']>;

interface Example<T extends Kind> {
  item: Extract<Item, { type?: T | null }>;
  role?: string;
  parts: Part[];
}

/** One of every kind in the types of SDK v6: a kind that is missing here does not compile. */
const examples: { [T in Kind]: Example<T> } = {
  message: {
    item: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [
        { type: 'output_text', text: 'Hello', annotations: [], logprobs: [] },
        { type: 'refusal', refusal: 'I will not' },
      ],
    },
    parts: [
      { type: 'text', content: 'Hello' },
      { type: 'refusal', content: 'I will not' },
    ],
  },
  reasoning: {
    item: {
      id: 'rs_1',
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'In short' }],
      content: [{ type: 'reasoning_text', text: 'At length' }],
      encrypted_content: SECRET,
    },
    parts: [
      { type: 'reasoning', content: 'In short' },
      { type: 'reasoning', content: 'At length' },
    ],
  },
  agent_message: {
    item: {
      id: 'am_1',
      type: 'agent_message',
      author: 'root',
      recipient: 'helper',
      content: [
        { type: 'output_text', text: 'Look this up', annotations: [] },
        { type: 'encrypted_content', encrypted_content: SECRET },
      ],
    },
    parts: [
      { type: 'text', content: 'Look this up' },
      { type: 'other', kind: 'encrypted_content' },
    ],
  },
  compaction: {
    item: { id: 'cmp_1', type: 'compaction', encrypted_content: SECRET },
    parts: [{ type: 'compaction', id: 'cmp_1' }],
  },

  function_call: {
    item: { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris"}' },
    parts: [{ type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris"}' }],
  },
  custom_tool_call: {
    item: { id: 'ctc_1', type: 'custom_tool_call', call_id: 'call_1', name: 'run_sql', input: 'SELECT 1' },
    parts: [{ type: 'tool_call', id: 'call_1', name: 'run_sql', arguments: 'SELECT 1' }],
  },
  computer_call: {
    item: {
      id: 'cu_1',
      type: 'computer_call',
      call_id: 'call_1',
      status: 'completed',
      pending_safety_checks: [],
      action: { type: 'click', button: 'left', x: 1, y: 2 },
    },
    parts: [
      { type: 'tool_call', id: 'call_1', name: 'computer', arguments: { type: 'click', button: 'left', x: 1, y: 2 } },
    ],
  },
  local_shell_call: {
    item: {
      id: 'lsh_1',
      type: 'local_shell_call',
      call_id: 'call_1',
      status: 'completed',
      action: { type: 'exec', command: ['ls', '-l'], env: { TOKEN: SECRET }, working_directory: '/tmp' },
    },
    parts: [
      {
        type: 'tool_call',
        id: 'call_1',
        name: 'local_shell',
        arguments: { command: ['ls', '-l'], working_directory: '/tmp' },
      },
    ],
  },
  shell_call: {
    item: {
      id: 'sh_1',
      type: 'shell_call',
      call_id: 'call_1',
      status: 'completed',
      environment: null,
      action: { commands: ['ls'], max_output_length: null, timeout_ms: 100 },
    },
    parts: [{ type: 'tool_call', id: 'call_1', name: 'shell', arguments: { commands: ['ls'] } }],
  },
  apply_patch_call: {
    item: {
      id: 'apc_1',
      type: 'apply_patch_call',
      call_id: 'call_1',
      status: 'completed',
      operation: { type: 'update_file', path: 'a.txt', diff: '-a\n+b' },
    },
    parts: [
      {
        type: 'tool_call',
        id: 'call_1',
        name: 'apply_patch',
        arguments: { type: 'update_file', path: 'a.txt', diff: '-a\n+b' },
      },
    ],
  },

  function_call_output: {
    item: { type: 'function_call_output', call_id: 'call_1', output: 'Sunny' },
    role: 'tool',
    parts: [{ type: 'tool_call_response', id: 'call_1', response: 'Sunny' }],
  },
  custom_tool_call_output: {
    item: {
      type: 'custom_tool_call_output',
      call_id: 'call_1',
      output: [
        { type: 'input_text', text: 'A chart' },
        { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
        { type: 'input_file', file_id: 'file_1' },
      ],
    },
    role: 'tool',
    parts: [
      {
        type: 'tool_call_response',
        id: 'call_1',
        response: [
          { type: 'text', content: 'A chart' },
          { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA', byte_length: 3 },
          { type: 'file', modality: 'document', file_id: 'file_1' },
        ],
      },
    ],
  },
  computer_call_output: {
    item: {
      type: 'computer_call_output',
      call_id: 'call_1',
      output: { type: 'computer_screenshot', image_url: 'data:image/png;base64,AAAA' },
    },
    role: 'tool',
    parts: [
      {
        type: 'tool_call_response',
        id: 'call_1',
        response: [{ type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA', byte_length: 3 }],
      },
    ],
  },
  local_shell_call_output: {
    item: { type: 'local_shell_call_output', id: 'call_1', output: 'a.txt' },
    role: 'tool',
    parts: [{ type: 'tool_call_response', id: 'call_1', response: 'a.txt' }],
  },
  shell_call_output: {
    item: {
      type: 'shell_call_output',
      call_id: 'call_1',
      output: [{ stdout: 'a.txt', stderr: '', outcome: { type: 'exit', exit_code: 0 } }],
    },
    role: 'tool',
    parts: [
      {
        type: 'tool_call_response',
        id: 'call_1',
        response: [{ stdout: 'a.txt', stderr: '', outcome: { type: 'exit', exit_code: 0 } }],
      },
    ],
  },
  apply_patch_call_output: {
    item: { type: 'apply_patch_call_output', call_id: 'call_1', status: 'failed', output: 'No such file' },
    role: 'tool',
    parts: [{ type: 'tool_call_response', id: 'call_1', response: { status: 'failed', output: 'No such file' } }],
  },

  web_search_call: {
    item: {
      id: 'ws_1',
      type: 'web_search_call',
      status: 'completed',
      action: { type: 'search', query: 'weather', sources: [{ type: 'url', url: 'https://weather.example' }] },
    },
    parts: [
      {
        type: 'server_tool_call',
        id: 'ws_1',
        name: 'web_search',
        server_tool_call: {
          type: 'web_search',
          action: { type: 'search', query: 'weather', sources: [{ type: 'url', url: 'https://weather.example' }] },
        },
      },
    ],
  },
  file_search_call: {
    item: {
      id: 'fs_1',
      type: 'file_search_call',
      status: 'completed',
      queries: ['weather'],
      results: [{ file_id: 'file_1', filename: 'a.txt', score: 0.5, text: 'Sunny', attributes: { internal: SECRET } }],
    },
    parts: [
      {
        type: 'server_tool_call',
        id: 'fs_1',
        name: 'file_search',
        server_tool_call: { type: 'file_search', queries: ['weather'] },
      },
      {
        type: 'server_tool_call_response',
        id: 'fs_1',
        server_tool_call_response: {
          type: 'file_search',
          results: [{ file_id: 'file_1', filename: 'a.txt', score: 0.5, text: 'Sunny' }],
        },
      },
    ],
  },
  code_interpreter_call: {
    item: {
      id: 'ci_1',
      type: 'code_interpreter_call',
      status: 'completed',
      container_id: 'cntr_1',
      code: 'print(1)',
      outputs: [
        { type: 'logs', logs: '1' },
        { type: 'image', url: 'data:image/png;base64,AAAA' },
      ],
    },
    parts: [
      {
        type: 'server_tool_call',
        id: 'ci_1',
        name: 'code_interpreter',
        server_tool_call: { type: 'code_interpreter', container_id: 'cntr_1', code: 'print(1)' },
      },
      {
        type: 'server_tool_call_response',
        id: 'ci_1',
        server_tool_call_response: {
          type: 'code_interpreter',
          outputs: [
            { type: 'logs', logs: '1' },
            { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA', byte_length: 3 },
          ],
        },
      },
    ],
  },
  image_generation_call: {
    item: {
      id: 'ig_1',
      type: 'image_generation_call',
      status: 'completed',
      result: 'AAAA',
      ...{ output_format: 'webp', revised_prompt: 'A cat' },
    },
    parts: [
      {
        type: 'server_tool_call',
        id: 'ig_1',
        name: 'image_generation',
        server_tool_call: { type: 'image_generation', output_format: 'webp', revised_prompt: 'A cat' },
      },
      { type: 'blob', modality: 'image', mime_type: 'image/webp', content: 'AAAA', byte_length: 3 },
    ],
  },
  mcp_list_tools: {
    item: {
      id: 'mcpl_1',
      type: 'mcp_list_tools',
      server_label: 'shop',
      tools: [{ name: 'find', description: 'Finds', input_schema: { type: 'object' } }],
    },
    parts: [
      {
        type: 'server_tool_call',
        id: 'mcpl_1',
        name: 'mcp_list_tools',
        server_tool_call: { type: 'mcp_list_tools', server_label: 'shop' },
      },
      {
        type: 'server_tool_call_response',
        id: 'mcpl_1',
        server_tool_call_response: { type: 'mcp_list_tools', tools: [{ name: 'find', description: 'Finds' }] },
      },
    ],
  },
  mcp_call: {
    item: {
      id: 'mcp_1',
      type: 'mcp_call',
      server_label: 'shop',
      name: 'find',
      arguments: '{"q":"hat"}',
      output: 'One hat',
    },
    parts: [
      {
        type: 'server_tool_call',
        id: 'mcp_1',
        name: 'find',
        server_tool_call: { type: 'mcp', server_label: 'shop', arguments: '{"q":"hat"}' },
      },
      {
        type: 'server_tool_call_response',
        id: 'mcp_1',
        server_tool_call_response: { type: 'mcp', output: 'One hat' },
      },
    ],
  },
  tool_search_call: {
    item: {
      id: 'ts_1',
      type: 'tool_search_call',
      call_id: null,
      execution: 'server',
      status: 'completed',
      arguments: { paths: ['shop'] },
    },
    parts: [
      {
        type: 'server_tool_call',
        id: 'ts_1',
        name: 'tool_search',
        server_tool_call: { type: 'tool_search', arguments: { paths: ['shop'] } },
      },
    ],
  },
  tool_search_output: {
    item: {
      id: 'tso_1',
      type: 'tool_search_output',
      call_id: null,
      execution: 'server',
      status: 'completed',
      tools: [{ type: 'mcp', server_label: 'shop', authorization: SECRET, headers: { Authorization: SECRET } }],
    },
    parts: [
      {
        type: 'server_tool_call_response',
        id: 'tso_1',
        server_tool_call_response: { type: 'tool_search', tools: [{ type: 'mcp', name: 'shop' }] },
      },
    ],
  },
  program: {
    item: { id: 'prg_1', type: 'program', call_id: 'call_1', code: 'tools.find()', fingerprint: 'f' },
    parts: [
      {
        type: 'server_tool_call',
        id: 'call_1',
        name: 'program',
        server_tool_call: { type: 'program', code: 'tools.find()' },
      },
    ],
  },
  program_output: {
    item: { id: 'prgo_1', type: 'program_output', call_id: 'call_1', result: '1', status: 'completed' },
    parts: [
      {
        type: 'server_tool_call_response',
        id: 'call_1',
        server_tool_call_response: { type: 'program', result: '1' },
      },
    ],
  },
  multi_agent_call: {
    item: { id: 'mac_1', type: 'multi_agent_call', call_id: 'call_1', action: 'spawn_agent', arguments: '{}' },
    parts: [
      {
        type: 'server_tool_call',
        id: 'call_1',
        name: 'multi_agent',
        server_tool_call: { type: 'multi_agent', action: 'spawn_agent', arguments: '{}' },
      },
    ],
  },
  multi_agent_call_output: {
    item: {
      id: 'maco_1',
      type: 'multi_agent_call_output',
      call_id: 'call_1',
      action: 'spawn_agent',
      output: [{ type: 'output_text', text: 'Done', annotations: [] }],
    },
    parts: [
      {
        type: 'server_tool_call_response',
        id: 'call_1',
        server_tool_call_response: { type: 'multi_agent', output: [{ type: 'text', content: 'Done' }] },
      },
    ],
  },

  mcp_approval_request: {
    item: { id: 'mcpr_1', type: 'mcp_approval_request', server_label: 'shop', name: 'buy', arguments: '{}' },
    parts: [
      { type: 'other', kind: 'mcp_approval_request', id: 'mcpr_1', server_label: 'shop', name: 'buy', arguments: '{}' },
    ],
  },
  mcp_approval_response: {
    item: { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: false, reason: 'Too dear' },
    role: 'user',
    parts: [
      {
        type: 'other',
        kind: 'mcp_approval_response',
        approval_request_id: 'mcpr_1',
        approve: false,
        reason: 'Too dear',
      },
    ],
  },
  item_reference: {
    item: { type: 'item_reference', id: 'msg_1' },
    role: 'user',
    parts: [{ type: 'other', kind: 'item_reference', id: 'msg_1' }],
  },
  additional_tools: {
    item: { id: 'at_1', type: 'additional_tools', role: 'developer', tools: [] },
    role: 'developer',
    parts: [{ type: 'other', kind: 'additional_tools' }],
  },
  compaction_trigger: {
    item: { type: 'compaction_trigger' },
    parts: [{ type: 'other', kind: 'compaction_trigger' }],
  },
};

const fields = (item: object) => item as Record<string, unknown>;

describe('an item of a response', () => {
  it.each(Object.entries(examples))('%s', (_, { item, role, parts }) => {
    const message = describeItem(fields(item), 'assistant');
    expect(message).toEqual<Message>({ role: role ?? 'assistant', parts });
    expect(JSON.stringify(message)).not.toContain(SECRET);
  });

  it('is the application’s to run, or is not', () => {
    const calls = Object.values(examples).map(({ item }) => toolCallOf(fields(item)));
    expect(calls.filter((call) => call !== undefined)).toEqual([
      { id: 'call_1', type: 'function', name: 'get_weather' },
      { id: 'call_1', type: 'custom', name: 'run_sql' },
      { id: 'call_1', type: 'computer', name: 'computer' },
      { id: 'call_1', type: 'local_shell', name: 'local_shell' },
      { id: 'call_1', type: 'shell', name: 'shell' },
      { id: 'call_1', type: 'apply_patch', name: 'apply_patch' },
    ]);
  });

  it('answers a call, or does not', () => {
    const answers = Object.entries(examples).filter(([, { item }]) => answeredCall(fields(item)) === 'call_1');
    expect(answers.map(([kind]) => kind)).toEqual([
      'function_call_output',
      'custom_tool_call_output',
      'computer_call_output',
      'local_shell_call_output',
      'shell_call_output',
      'apply_patch_call_output',
    ]);
  });

  it.each<[string, unknown, Message]>([
    ['a message without a type', { role: 'developer', content: 'Hi' }, said('developer', 'Hi')],
    ['a message without a role', { content: [{ type: 'input_text', text: 'Hi' }] }, said('user', 'Hi')],
    ['a reference without a type', { id: 'msg_1' }, other('user', 'item_reference', { id: 'msg_1' })],
    ['a kind of the future', { type: 'hologram', data: SECRET }, other('user', 'hologram')],
    ['a kind by the name of what every object has', { type: 'constructor' }, other('user', 'constructor')],
    ['a type that is no string', { type: 7, content: 'Hi' }, said('user', 'Hi')],
    ['nothing', {}, { role: 'user', parts: [] }],
  ])('%s', (_, item, message) => {
    expect(describeItem(item as Record<string, unknown>, 'user')).toEqual(message);
  });

  it.each(Object.keys(examples))('%s with nothing or nonsense in it is still described', (type) => {
    for (const value of [undefined, null, 7, 'text', [null, 7, {}], { a: [] }]) {
      const item = new Proxy({ type } as Record<string, unknown>, {
        get: (target, key) => (key === 'type' ? target.type : value),
      });
      const { parts } = describeItem(item, 'assistant');
      expect(() => JSON.stringify(parts)).not.toThrow();
      for (const part of parts) expect(part.type).toBeTypeOf('string');
    }
  });
});

function said(role: string, content: string): Message {
  return { role, parts: [{ type: 'text', content }] };
}

function other(role: string, kind: string, details: object = {}): Message {
  return { role, parts: [{ type: 'other', kind, ...details }] };
}
