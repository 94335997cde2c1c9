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

/** A text without the data URLs and the base64 in it. */
export function withoutMedia(text: string, isCut: boolean): string {
  const said = text.replace(DATA_URL, withoutData).replace(BASE64_RUN, LEFT_OUT);
  return isCut ? said.replace(BASE64_END, LEFT_OUT) : said;
}

/** `data:` and a comma later are a URL if they say that it is base64, or what it holds. */
function withoutData(found: string, type: string, parameters: string): string {
  const isUrl = type.includes('/') || /;base64$/i.test(parameters);
  return isUrl ? `data:${type},[left out]` : found;
}
