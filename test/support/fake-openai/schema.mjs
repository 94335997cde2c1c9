/**
 * The part of JSON Schema that tools and response formats commonly use.
 *
 * @typedef {object} Schema
 * @property {string | string[]} [type]
 * @property {Record<string, Schema>} [properties]
 * @property {string[]} [required]
 * @property {Schema} [items]
 * @property {Schema[]} [anyOf]
 * @property {unknown[]} [enum]
 * @property {unknown} [const]
 */

/**
 * A value that fits a schema, with what the user wrote where it can be used.
 *
 * @param {Schema} schema
 * @param {string} text What the user wrote.
 * @param {string} [name] The property which the value is for.
 * @returns {unknown}
 */
export function fitting(schema, text, name = 'value') {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.length) return schema.enum[0];
  if (schema.anyOf?.[0]) return fitting(schema.anyOf[0], text, name);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'string':
      return whatFollows(name, text) ?? namesIn(text)[0] ?? name;
    case 'number':
    case 'integer':
      return firstInteger(text) ?? 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return [fitting(schema.items ?? { type: 'string' }, text, name)];
    default:
      return fittingObject(schema, text);
  }
}

/**
 * @param {Schema} schema
 * @param {string} text
 */
function fittingObject({ properties = {}, required = Object.keys(properties) }, text) {
  return Object.fromEntries(required.map((key) => [key, fitting(properties[key] ?? { type: 'string' }, text, key)]));
}

/**
 * "Add a task: call Mum" has the task, "call Mum".
 *
 * @param {string} name
 * @param {string} text
 */
function whatFollows(name, text) {
  return new RegExp(`\\b${name.replace(/\W/g, '\\$&')}\\b:? +(.+)`).exec(text)?.[1];
}

/**
 * The capitalised words inside sentences: "What is the weather in Paris?" is about Paris.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function namesIn(text) {
  return text.match(/(?<=[\p{L}\p{N},] )\p{Lu}\p{Ll}+/gu) ?? [];
}

/** @param {string} text */
function firstInteger(text) {
  const digits = /\d+/.exec(text)?.[0];
  return digits === undefined ? undefined : Number(digits);
}
