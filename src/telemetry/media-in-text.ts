/** No colon in its head, so that each character is looked at once. */
const DATA_URL = /(?<!\w)data:([^:;,\s]{0,100})((?:;[^:;,\s]{0,100}){0,8}),[^\s"'<>`)\\]*/gi;
/**
 * A run of base64 that is too long for a word, or lines of it as in MIME and PEM files, with line breaks or with `\n` as in
 * JSON. Each run is tried once, from its beginning.
 */
const BASE64_RUN = /(?<![\w+/-])(?:[\w+/-]{512,}|(?:[\w+/-]{60,}(?:\r?\n|(?:\\r)?\\n)){4,}[\w+/-]*)={0,2}/g;
/** At the end of a text that was cut, a shorter run may have been a long one. */
const BASE64_END = /(?<![\w+/-])[\w+/-]{64,}={0,2}$/;

const LEFT_OUT = '[base64 left out]';

/** Removes data URLs and base64 from a text. */
export function withoutMedia(text: string, isCut: boolean): string {
  const rest = text.replace(DATA_URL, withoutData).replace(BASE64_RUN, LEFT_OUT);
  return isCut ? rest.replace(BASE64_END, LEFT_OUT) : rest;
}

/** A match is a data URL only if it has a media type or says `;base64`. */
function withoutData(found: string, type: string, parameters: string): string {
  const isUrl = type.includes('/') || /;base64$/i.test(parameters);
  return isUrl ? `data:${type},[left out]` : found;
}
