import { Ajv } from 'ajv';

/** @import { ErrorObject, ValidateFunction } from 'ajv' */

/**
 * JSON schemas for content, written after the fields that the OpenTelemetry GenAI conventions document for
 * `gen_ai.input.messages` and so on. They are stricter than the conventions, which accept any part with a `type`: here a
 * type that we do not record is an error, and so is a known type without its required fields.
 */

const string = { type: 'string' };
const any = {};

/**
 * @param {Record<string, object>} required
 * @param {Record<string, object>} [optional]
 */
function object(required, optional = {}) {
  return { type: 'object', properties: { ...optional, ...required }, required: Object.keys(required) };
}

/** The parts of a message by their `type`. */
const PARTS = {
  text: object({ content: string }),
  reasoning: object({ content: string }),
  tool_call: object({ name: string }, { id: string, arguments: any }),
  tool_call_response: object({ response: any }, { id: string }),
  server_tool_call: object({ name: string, server_tool_call: object({ type: string }) }, { id: string }),
  server_tool_call_response: object({ server_tool_call_response: object({ type: string }) }, { id: string }),
  uri: object({ modality: string, uri: string }, { mime_type: string }),
  file: object({ modality: string, file_id: string }, { mime_type: string }),
  // Without `content`, which stays in the process unless `captureMedia` is set, it is a generic part.
  blob: object({ modality: string }, { mime_type: string, content: string, byte_length: { type: 'integer' } }),
  // Generic parts in v1.41.
  compaction: object({}, { id: string, content: string }),
  // Generic parts, whose types are ours.
  refusal: object({ content: string }),
  other: object({ kind: string }),
};

/** @param {readonly string[]} types */
function part(types) {
  return {
    ...object({ type: { enum: types } }),
    allOf: Object.entries(PARTS).map(([type, then]) => ({ if: { properties: { type: { const: type } } }, then })),
  };
}

const parts = { type: 'array', items: part(Object.keys(PARTS)) };
const message = object({ role: string, parts }, { name: string });
const documents = { type: 'array', items: object({}, { id: string, score: { type: ['number', 'null'] } }) };
const definitions = {
  type: 'array',
  items: object({ type: string, name: string }, { description: string, parameters: { type: ['object', 'boolean'] } }),
};

/**
 * The schema of each attribute in v1.41 and in the newest text: there, a finish reason is optional, and system
 * instructions are texts only. What satisfies both is wanted.
 *
 * @type {Record<string, object>}
 */
const SCHEMAS = {
  'gen_ai.input.messages': { type: 'array', items: message },
  'gen_ai.output.messages': { type: 'array', items: { allOf: [message, object({ finish_reason: string })] } },
  'gen_ai.system_instructions': { type: 'array', items: part(['text']) },
  'gen_ai.tool.definitions': definitions,
  'gen_ai.retrieval.documents': documents,
};

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
/** @type {Map<string, ValidateFunction>} */
const validators = new Map();

/**
 * Compiles a schema when content is checked for the first time: that takes longer than most tests do, and in most processes
 * no content is captured.
 *
 * @param {string} name
 */
function validatorOf(name) {
  const validate = validators.get(name) ?? ajv.compile(SCHEMAS[name] ?? false);
  validators.set(name, validate);
  return validate;
}

/**
 * Checks the attributes of a span, which are JSON text, or of a log record, which may be structures.
 *
 * @param {Readonly<Record<string, unknown>>} attributes
 * @throws {Error} if a value violates the conventions
 */
export function checkConventions(attributes) {
  for (const name of Object.keys(SCHEMAS)) {
    const value = attributes[name];
    if (value === undefined) continue;
    const validate = validatorOf(name);
    const content = typeof value === 'string' ? JSON.parse(value) : value;
    if (!validate(content)) throw new Error(`${name} violates the conventions: ${explain(validate.errors, content)}`);
  }
}

/**
 * @param {ErrorObject[] | null | undefined} errors
 * @param {unknown} content
 */
function explain(errors, content) {
  return `${ajv.errorsText(errors, { dataVar: '' })} in ${JSON.stringify(content).slice(0, 2_000)}`;
}
