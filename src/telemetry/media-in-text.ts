/** No colon in its head, so that each character is looked at once. */
const DATA_URL = /(?<!\w)data:([^:;,\s]{0,100})((?:;[^:;,\s]{0,100}){0,8}),[^\s"'<>`)\\]*/gi;
const DATA = /data:/i;
/**
 * A run of base64 that is too long for a word, or lines of it as in MIME and PEM files, with line breaks or with `\n` as in
 * JSON. Each run is tried once, from its beginning.
 */
const BASE64_RUN = /(?<![\w+/-])(?:[\w+/-]{512,}|(?:[\w+/-]{60,}(?:\r?\n|(?:\\r)?\\n)){4,}[\w+/-]*)={0,2}/g;
/** At the end of a text that was cut, a shorter run may have been a long one. */
const BASE64_END = /(?<![\w+/-])[\w+/-]{64,}={0,2}$/;

const LEFT_OUT = '[base64 left out]';

/** The shortest run that the expressions look for. */
const LEAST_RUN = 60;

/** Removes data URLs and base64 from a text. */
export function withoutMedia(text: string, isCut: boolean): string {
  const rest = DATA.test(text) ? text.replace(DATA_URL, withoutData) : text;
  // The expressions look at each character, which takes ten times as long.
  if (!hasRun(rest)) return rest;
  const words = rest.replace(BASE64_RUN, LEFT_OUT);
  return isCut ? words.replace(BASE64_END, LEFT_OUT) : words;
}

/** Whether a run of base64 is in the text. Looks back from every 60th character, and not further than to the end of a word. */
function hasRun(text: string): boolean {
  for (let end = LEAST_RUN; end <= text.length; ) {
    let begin = end;
    while (begin > end - LEAST_RUN && isBase64(text.charCodeAt(begin - 1))) begin--;
    if (begin === end - LEAST_RUN) return true;
    end = begin + LEAST_RUN;
  }
  return false;
}

/** As `[\w+/-]`. */
function isBase64(unit: number): boolean {
  return (
    (unit >= 97 && unit <= 122) ||
    (unit >= 65 && unit <= 90) ||
    (unit >= 47 && unit <= 57) ||
    unit === 95 ||
    unit === 43 ||
    unit === 45
  );
}

/** A match is a data URL only if it has a media type or says `;base64`. */
function withoutData(found: string, type: string, parameters: string): string {
  const isUrl = type.includes('/') || /;base64$/i.test(parameters);
  return isUrl ? `data:${type},[left out]` : found;
}
