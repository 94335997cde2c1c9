/** @import { ApiRequest } from './index.mjs' */

/**
 * The fields of a form with uploads: texts, and of files what is known besides their bytes.
 *
 * @param {ApiRequest} request
 */
export function formFields({ headers, body }) {
  const boundary = /boundary=(?:"([^"]+)"|([^;]+))/
    .exec(headers['content-type'] ?? '')
    ?.slice(1)
    .find(Boolean);
  if (!boundary) throw new Error('no multipart boundary');
  /** @type {Record<string, unknown>} */
  const fields = {};
  for (const part of body.toString('latin1').split(`--${boundary}`).slice(1, -1)) {
    const [head = '', content = ''] = part.split(/\r\n\r\n([\s\S]*)/);
    const name = /name="([^"]*)"/.exec(head)?.[1] ?? '';
    const filename = /filename="([^"]*)"/.exec(head)?.[1];
    const bytes = Buffer.from(content.replace(/\r\n$/, ''), 'latin1');
    fields[name] = filename === undefined ? bytes.toString() : { filename, length: bytes.length };
  }
  return fields;
}
