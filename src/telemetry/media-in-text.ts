const BASE64 = 'A-Za-z0-9+/_-';
/** A line break of MIME and PEM files, as it is or as an escape in JSON text. */
const LINE_BREAK = String.raw`(?:\r?\n|(?:\\r)?\\n)`;

const DATA_URL = /(?<!\w)data:([^;,\s]{0,100})((?:;[^;,\s]{0,100}){0,8}),[^\s"'<>`)\\]*/gi;
/** A run of base64 characters that is too long for text. The lookbehind makes each run match from its start only. */
const BASE64_RUN = new RegExp(
  `(?<![${BASE64}])(?:[${BASE64}]{512,}|(?:[${BASE64}]{60,}${LINE_BREAK}){4,}[${BASE64}]*)={0,2}`,
  'g',
);
/** A shorter run at the end of a text that was cut: the rest of the run is missing. */
const BASE64_END = new RegExp(`(?<![${BASE64}])[${BASE64}]{64,}={0,2}$`);

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
