import { known } from '../../known.js';
import { type Fields, fieldsOf, listOf, listOrOne, text } from '../../read.js';
import type { Message, Part } from '../content.js';
import { MAX_PARTS, type ToolCall } from '../operation.js';
import { contentParts, textParts } from '../shared/content-parts.js';
import { mediaPart } from '../shared/media.js';
import { toolDefinitions } from '../shared/tool-definitions.js';

/** How one type of input or output item of the Responses API is described. */
interface Kind {
  /** Set if all items of this type have the same role. */
  readonly role?: string;
  /** Set if the item is a tool call that the application has to run. */
  readonly isCall?: true;
  parts(item: Fields): Part[];
}

/**
 * All item types with content that the Responses API and its beta have in SDK v4 to v7. `encrypted_content`, environment
 * variables and the configuration of tools are never read.
 */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['message', { parts: ({ content }) => contentParts(content) }],
  ['agent_message', { role: 'assistant', parts: ({ content }) => contentParts(content) }],
  ['reasoning', { role: 'assistant', parts: ({ summary, content }) => reasoningParts(summary, content) }],
  ['compaction', { role: 'assistant', parts: ({ id }) => [known({ type: 'compaction' as const, id: text(id) })] }],

  ['function_call', call((item) => item.arguments)],
  ['custom_tool_call', call((item) => item.input)],
  ['computer_call', call((item) => item.actions ?? item.action)],
  ['local_shell_call', call((item) => pick(item.action, 'command', 'working_directory'))],
  ['shell_call', call((item) => pick(item.action, 'commands'))],
  ['apply_patch_call', call((item) => item.operation)],

  ['function_call_output', answer((item) => textOrParts(item.output))],
  ['custom_tool_call_output', answer((item) => textOrParts(item.output))],
  ['computer_call_output', answer((item) => contentParts([item.output]))],
  ['local_shell_call_output', answer((item) => item.output)],
  ['shell_call_output', answer((item) => pickEach(item.output, 'stdout', 'stderr', 'outcome'))],
  ['apply_patch_call_output', answer((item) => pick(item, 'status', 'output'))],

  ['web_search_call', serverCall((item) => pick(item, 'action'))],
  ['file_search_call', serverCall((item) => pick(item, 'queries'), fileSearchResult)],
  ['code_interpreter_call', serverCall((item) => pick(item, 'container_id', 'code'), codeInterpreterResult)],
  ['image_generation_call', { role: 'assistant', parts: imageGenerationParts }],
  ['mcp_list_tools', serverCall((item) => pick(item, 'server_label'), mcpTools)],
  [
    'mcp_call',
    serverCall(
      (item) => pick(item, 'server_label', 'arguments'),
      (item) => pick(item, 'output', 'error'),
    ),
  ],
  ['tool_search_call', serverCall((item) => pick(item, 'arguments'))],
  ['tool_search_output', serverAnswer((item) => ({ tools: toolDefinitions(item) }))],
  ['program', serverCall((item) => pick(item, 'code'))],
  ['program_output', serverAnswer((item) => pick(item, 'result'))],
  ['multi_agent_call', serverCall((item) => pick(item, 'action', 'arguments'))],
  ['multi_agent_call_output', serverAnswer((item) => ({ output: contentParts(item.output) }))],

  ['mcp_approval_request', other('assistant', 'id', 'server_label', 'name', 'arguments')],
  ['mcp_approval_response', other('user', 'approval_request_id', 'approve', 'reason')],
  ['item_reference', other('user', 'id')],
]);

const UNKNOWN: Kind = { parts: ({ type }) => [{ type: 'other', kind: text(type) ?? 'unknown' }] };

/** An item as a message. `role` applies if the item has none. */
export function describeItem(item: Fields, role: string): Message {
  const kind = kindOf(item);
  return { role: kind.role ?? text(item.role) ?? role, parts: kind.parts(item) };
}

/** The tool call of an item, if the application has to run it. */
export function toolCallOf(item: Fields): ToolCall | undefined {
  return kindOf(item).isCall ? { id: idOf(item), type: toolOf(item), name: nameOf(item) } : undefined;
}

/** The id of the tool call whose result an item is. */
export function answeredCall(item: Fields): string | undefined {
  return kindOf(item).role === 'tool' ? idOf(item) : undefined;
}

/** In an input, messages and item references may have no `type`. */
function kindOf({ type, id, content }: Fields): Kind {
  const assumed = content === undefined && text(id) !== undefined ? 'item_reference' : 'message';
  return KINDS.get(text(type) ?? assumed) ?? UNKNOWN;
}

function call(argumentsOf: (item: Fields) => unknown): Kind {
  return {
    role: 'assistant',
    isCall: true,
    parts: (item) => [
      known({ type: 'tool_call' as const, id: idOf(item), name: nameOf(item), arguments: argumentsOf(item) }),
    ],
  };
}

function answer(responseOf: (item: Fields) => unknown): Kind {
  return {
    role: 'tool',
    parts: (item) => [known({ type: 'tool_call_response' as const, id: idOf(item), response: responseOf(item) ?? '' })],
  };
}

/** The call of a tool that the provider runs, with its result if the item contains it. */
function serverCall(detailsOf: (item: Fields) => Fields, resultOf: (item: Fields) => Fields = () => ({})): Kind {
  return {
    role: 'assistant',
    parts(item) {
      const result = resultOf(item);
      return [
        serverCallPart(item, detailsOf(item)),
        ...(Object.keys(result).length > 0 ? [serverResult(item, result)] : []),
      ];
    },
  };
}

function serverAnswer(resultOf: (item: Fields) => Fields): Kind {
  return { role: 'assistant', parts: (item) => [serverResult(item, resultOf(item))] };
}

function other(role: string, ...details: string[]): Kind {
  return {
    role,
    parts: (item) => [{ type: 'other', kind: text(item.type) ?? 'item_reference', ...pick(item, ...details) }],
  };
}

function serverCallPart(item: Fields, details: Fields): Part {
  const server_tool_call = { type: toolOf(item), ...details };
  return known({ type: 'server_tool_call' as const, id: idOf(item), name: nameOf(item), server_tool_call });
}

function serverResult(item: Fields, result: Fields): Part {
  const server_tool_call_response = { type: toolOf(item), ...result };
  return known({ type: 'server_tool_call_response' as const, id: idOf(item), server_tool_call_response });
}

/** The id that a call and its result share. Local shell items share `id`. */
function idOf(item: Fields): string | undefined {
  return text(item.call_id) ?? text(item.id);
}

function nameOf(item: Fields): string {
  return text(item.name) ?? toolOf(item);
}

/** The tool of an item: `web_search` for `web_search_call`, `custom` for `custom_tool_call`. */
function toolOf({ type }: Fields): string {
  return (text(type) ?? '').replace(/(_tool)?_call(_output)?$|_output$/, '');
}

function reasoningParts(summary: unknown, content: unknown): Part[] {
  const parts = [summary, content].flatMap((value) =>
    typeof value === 'string' ? [value] : listOrOne(value).slice(0, MAX_PARTS),
  );
  return parts.flatMap((part) => textParts('reasoning', typeof part === 'string' ? part : fieldsOf(part).text));
}

function textOrParts(output: unknown): unknown {
  return Array.isArray(output) ? contentParts(output) : output;
}

function fileSearchResult({ results }: Fields): Fields {
  return results ? { results: pickEach(results, 'file_id', 'filename', 'score', 'text') } : {};
}

function codeInterpreterResult({ outputs }: Fields): Fields {
  return outputs ? { outputs: listOf(outputs).slice(0, MAX_PARTS).map(codeInterpreterOutput) } : {};
}

function codeInterpreterOutput(output: unknown) {
  const { type, url } = fieldsOf(output);
  return type === 'image' ? mediaPart('image', url) : pick(output, 'type', 'logs');
}

function mcpTools({ tools, error }: Fields): Fields {
  return known({ tools: tools ? pickEach(tools, 'name', 'description') : undefined, error: error ?? undefined });
}

/** The image is a part of its own, because it is output of the model. */
function imageGenerationParts(item: Fields): Part[] {
  const details = pick(item, 'action', 'revised_prompt', 'size', 'quality', 'background', 'output_format', 'error');
  const format = text(item.output_format);
  const image = text(item.result) && mediaPart('image', item.result, format && `image/${format}`);
  return [serverCallPart(item, details), ...(image ? [image] : [])];
}

/** The named fields that are neither `null` nor `undefined`. */
function pick(value: unknown, ...names: string[]): Fields {
  const fields = fieldsOf(value);
  return known(Object.fromEntries(names.map((name) => [name, fields[name] ?? undefined])));
}

function pickEach(values: unknown, ...names: string[]): Fields[] {
  return listOf(values)
    .slice(0, MAX_PARTS)
    .map((value) => pick(value, ...names));
}
