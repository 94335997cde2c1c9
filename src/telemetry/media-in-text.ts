const BASE64 = 'A-Za-z0-9+/_-';
/** As lines of a file in MIME or PEM format end; the second is a line break in JSON text. */
const LINE_BREAK = String.raw`(?:\r?\n|(?:\\r)?\\n)`;

const DATA_URL = /(?<!\w)data:([^;,\s]{0,100})((?:;[^;,\s]{0,100}){0,8}),[^\s"'<>`)\\]*/gi;
/** A run this long of nothing else is no text. Every run is tried once: from its beginning. */
const BASE64_RUN = new RegExp(
  `(?<![${BASE64}])(?:[${BASE64}]{512,}|(?:[${BASE64}]{60,}${LINE_BREAK}){4,}[${BASE64}]*)={0,2}`,
  'g',
);
/** Where a text was cut off, a shorter run will have been a long one. */
const BASE64_END = new RegExp(`(?<![${BASE64}])[${BASE64}]{64,}={0,2}$`);

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
