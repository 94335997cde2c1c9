import { known } from '../../known.js';
import { type Fields, fieldsOf, isObject, listOf, text } from '../../read.js';
import type { ToolDefinition } from '../content.js';
import { MAX_LISTED } from '../operation.js';

/** The most characters of a name in the list of tools. */
const MAX_NAME_LENGTH = 256;
/** The most bytes of the list, as JSON. */
const MAX_LIST_LENGTH = 8_192;

/** The tools of a request, without their provider configuration. `functions` is the older form. */
export function toolDefinitions(params: Fields): ToolDefinition[] {
  const tools = listOf(params.tools);
  const functions = listOf(params.functions);
  if (tools.length === 0 && functions.length === 0) return [];
  const described = [
    ...tools.slice(0, MAX_LISTED).filter(isObject).map(describeDefinition),
    ...functions
      .slice(0, MAX_LISTED)
      .filter(isObject)
      .map((fn) => definition('function', fn)),
  ];
  return described.slice(0, MAX_LISTED);
}

/** JSON with type and name only, because descriptions and parameter schemas are content. */
export function listedTools(params: Fields): string | undefined {
  if (params.tools === undefined && params.functions === undefined) return undefined;
  let room = MAX_LIST_LENGTH;
  const tools = toolDefinitions(params)
    .map(({ type, name }) => ({ type: type.slice(0, MAX_NAME_LENGTH), name: name?.slice(0, MAX_NAME_LENGTH) }))
    .map((tool) => JSON.stringify(tool))
    .filter((tool) => {
      room -= Buffer.byteLength(tool) + 1;
      return room >= 0;
    });
  return tools.length > 0 ? `[${tools.join()}]` : undefined;
}

/** Chat completions nest the definition in the tool, responses do not. */
function describeDefinition(tool: Fields): ToolDefinition {
  return definition(text(tool.type) ?? 'function', fieldsOf(tool.function ?? tool.custom ?? tool));
}

/** A built-in tool is named by its type, an MCP server by its label. The server's `authorization` and `headers` are never copied. */
function definition(type: string, fields: Fields): ToolDefinition {
  const { name, server_label, description, server_description, parameters } = fields;
  return {
    type,
    name: text(name) ?? text(server_label) ?? type,
    ...known({
      description: text(description) ?? text(server_description),
      parameters: isObject(parameters) ? parameters : undefined,
    }),
  };
}
