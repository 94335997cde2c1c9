/**
 * Describes a value as JSON, so that the values of two processes can be compared. The description has everything that an
 * application can see, also what `JSON.stringify` drops: classes, `undefined`, hidden properties, error causes.
 */

const MAX_DEPTH = 12;

/** Methods that the instrumentation may define on an APIPromise itself, provided that no enumeration shows them. */
const TOLERATED_HIDDEN = new Set(['parse', 'asResponse', '_thenUnwrap']);

/** Symbols that Node.js sets on promises, one per AsyncLocalStorage. OpenTelemetry's context manager adds one. */
const NODE_MARKS = new Set(['async_id_symbol', 'trigger_async_id_symbol', 'kResourceStore']);

/**
 * @typedef {string | number | boolean | null | PictureList | PictureObject} Picture
 * @typedef {readonly Picture[]} PictureList
 * @typedef {{ [key: string]: Picture }} PictureObject
 */

/**
 * @param {unknown} value
 * @param {number} [depth]
 * @returns {Picture}
 */
export function picture(value, depth = 0) {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : `<${value}>`;
  if (typeof value === 'function') return `<function ${value.name}/${value.length}>`;
  if (typeof value !== 'object') return `<${String(value)}>`;
  if (depth >= MAX_DEPTH) return '<deeper>';
  return objectPicture(value, depth + 1);
}

/**
 * @param {object} value
 * @param {number} depth
 * @returns {Picture}
 */
function objectPicture(value, depth) {
  if (Array.isArray(value)) return value.map((item) => picture(item, depth));
  if (value instanceof Error) return errorPicture(value, depth);
  if (isHeaders(value)) return headersPicture(value);
  if (isResponse(value)) return responsePicture(value);
  if (value instanceof Promise || 'controller' in value) return look(value);
  return ownPicture(value, depth);
}

/**
 * @param {object} value
 * @param {number} depth
 * @returns {Picture}
 */
function ownPicture(value, depth) {
  /** @type {{ [key: string]: Picture }} */
  const seen = {};
  if (className(value) !== 'Object') seen['<class>'] = className(value);
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (!descriptor) continue;
    const label = descriptor.enumerable ? String(key) : `<hidden> ${String(key)}`;
    seen[label] = descriptor.get ? '<getter>' : picture(descriptor.value, depth);
  }
  return seen;
}

/**
 * @param {Error} error
 * @param {number} depth
 * @returns {Picture}
 */
function errorPicture(error, depth) {
  /** @type {{ [key: string]: Picture }} */
  const seen = { '<error>': chain(error).join(' < '), name: error.name, message: error.message };
  for (const key of Reflect.ownKeys(error)) {
    if (key === 'stack' || key === 'message') continue;
    seen[String(key)] = picture(Reflect.get(error, key), depth);
  }
  return { ...seen, '<application frames>': applicationFrames(error.stack) };
}

/**
 * The functions of the application in a stack, those that await included. It may have other frames, of the wrapper.
 * @param {string | undefined} stack
 */
function applicationFrames(stack = '') {
  const frames = stack.split('\n').filter((line) => line.includes('/transparency/cases/'));
  return frames.map((line) => line.trim().replace(/ \(?\S*$/, ''));
}

/**
 * Describes a promise or stream without consuming it: what `in`, `instanceof`, `Object.keys` and a debugger show.
 * @param {object} value
 * @returns {Picture}
 */
function look(value) {
  const descriptors = Object.getOwnPropertyDescriptors(value);
  return {
    '<look>': chain(value).join(' < '),
    enumerable: Object.keys(value),
    own: Reflect.ownKeys(descriptors)
      .filter((key) => !isTolerated(key, Reflect.get(descriptors, key)))
      .map((key) => descriptorPicture(key, Reflect.get(descriptors, key))),
    tag: Object.prototype.toString.call(value),
    state: [Object.isExtensible(value), Object.isSealed(value), Object.isFrozen(value)],
  };
}

/**
 * @param {PropertyKey} key
 * @param {PropertyDescriptor} descriptor
 */
function isTolerated(key, descriptor) {
  if (typeof key === 'symbol') return NODE_MARKS.has(key.description ?? '');
  return !descriptor.enumerable && TOLERATED_HIDDEN.has(String(key));
}

/**
 * @param {PropertyKey} key
 * @param {PropertyDescriptor} descriptor
 */
function descriptorPicture(key, { value, get, set, enumerable, writable, configurable }) {
  const kind = get || set ? 'accessor' : typeof value;
  const flags = [enumerable && 'enumerable', writable && 'writable', configurable && 'configurable'];
  return `${String(key)}: ${[kind, ...flags].filter(Boolean).join(' ')}`;
}

/**
 * The names of an object's classes, the most specific one first.
 * @param {object} value
 */
export function chain(value) {
  const names = [];
  for (let at = Object.getPrototypeOf(value); at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    names.push(String(at.constructor?.name));
  }
  return names;
}

/** @param {object} value */
function className(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null ? '<null>' : String(prototype.constructor?.name);
}

/**
 * @param {object} value
 * @returns {value is Headers}
 */
function isHeaders(value) {
  return className(value) === 'Headers' && 'entries' in value;
}

/**
 * @param {object} value
 * @returns {value is Response}
 */
function isResponse(value) {
  return className(value) === 'Response' && 'headers' in value;
}

/**
 * @param {Headers} headers
 * @returns {Picture}
 */
function headersPicture(headers) {
  return [...headers.entries()].map(([name, text]) => `${name}: ${text}`).sort();
}

/**
 * @param {Response} response
 * @returns {Picture}
 */
function responsePicture(response) {
  const { status, statusText, url, bodyUsed, redirected } = response;
  return {
    '<response>': status,
    statusText,
    url,
    bodyUsed,
    redirected: Boolean(redirected),
    headers: headersPicture(response.headers),
  };
}
