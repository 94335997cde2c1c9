/** Takes out of a picture what differs between any two runs, and nothing else. */

/** @typedef {import('./picture.mjs').Picture} Picture */

/** @type {readonly [RegExp, string][]} */
const VARIABLE = [
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>'],
  [/localhost:\d+/g, 'localhost:<port>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>'],
  // Between the parts of a form: `fetch` of Node.js, and form-data-encoder of SDK v4.
  [/(formdata-undici|form-data-boundary)-[a-z0-9]+/g, '$1-<boundary>'],
  [/(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} [\d:]{8} GMT/g, '<date>'],
  [/\(node:\d+\)/g, '(node:<pid>)'],
  // Marks of Node.js on promises, one more for each AsyncLocalStorage: OpenTelemetry's context manager has one.
  [/,?\n +\[Symbol\((async_id_symbol|trigger_async_id_symbol|kResourceStore)\)\]: [^\n]*?(?=,?\n)/g, ''],
  // Where an error came from; its frames may show the wrapper.
  [/\n\s+at .*/g, ''],
];

/** Names of numbers that are points in time, lengths of time or ports. */
const VARIABLE_NUMBERS = new Set(['port', 'startTime', 'localPort', 'remotePort', 'bytesWritten', 'bytesRead']);

/**
 * @param {Picture} picture
 * @param {string} [name] the property that holds it
 * @returns {Picture}
 */
export function normalise(picture, name = '') {
  if (typeof picture === 'string') return normaliseText(picture);
  if (typeof picture === 'number') return VARIABLE_NUMBERS.has(name) ? `<${name}>` : picture;
  if (Array.isArray(picture)) return picture.map((item) => normalise(item));
  if (typeof picture !== 'object' || picture === null) return picture;
  return Object.fromEntries(Object.entries(picture).map(([key, value]) => [key, normalise(value, key)]));
}

/** @param {string} text */
function normaliseText(text) {
  return VARIABLE.reduce((result, [pattern, label]) => result.replace(pattern, label), text);
}
