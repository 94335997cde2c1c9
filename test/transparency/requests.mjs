/** What the API saw of a request: its bytes, and whether the application stayed for the whole answer. */

/**
 * @typedef {object} SeenRequest
 * @property {string} method
 * @property {string} path
 * @property {Record<string, unknown>} headers
 * @property {unknown} body
 * @property {boolean} aborted
 * @property {boolean} finished
 */

/** @param {SeenRequest} request */
export function requestPicture({ method, path, headers, body, aborted, finished }) {
  return {
    line: `${method} ${path}`,
    // Names and their order are part of what goes over the wire.
    headers: Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    body: typeof body === 'string' ? body : JSON.stringify(body),
    aborted,
    finished,
  };
}
