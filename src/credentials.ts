/**
 * Removes credentials from untrusted texts: error messages, stack traces, names. It takes linear time.
 */

/** JSON can escape a slash. */
const SCHEME_END = /:\\?\/\\?\//;
/** The text after `://`, up to white space. It can contain more URLs. */
const URL_REST = /(?<=:\\?\/\\?\/)\S+/g;

/** The character after the host and the port of a URL. */
const AUTHORITY_END = /[\\/?#]/;
const QUERY = /[?#]/;
/** Punctuation of the sentence can follow the port. */
const PORT = /^\d{0,5}[^\w@]*$/;
/** `user:123/word@host` reads as a host, a port and a path. The name of a package (`/@scope`) can follow a port, too. */
const MAYBE_PASSWORD = /^[^:]*:(?:.*[^/])?@/s;
/** Where a stack frame is in its file. */
const POSITION = /:\d{1,9}:\d{1,9}\)?$/;

const BEARER = /\b(Bearer|Basic)(\s{1,8})(?=\S*\d)[\w.~+/=-]{16,}/gi;
const SECRET_KEY = /\bsk-[\w-]{12,}/g;

/** Node.js (`Headers`) quotes a header that it rejects, for example an API key with a line break. */
const INVALID_HEADER = ' is an invalid header value';
/** The SDK prints what an `apiKey` or a token function returned if it is no string (v4 `index.ts`, v5 to v7 `client.ts`). */
const RETURNED_KEY = /(argument to return a string but it returned )[\s\S]*/;

const LEFT_OUT = '…';

/**
 * Returns the text without user, password, query and fragment of any URL, API keys, and bearer tokens.
 *
 * @example
 * withoutCredentials('no route to postgres://ann:secret@db:5432/a?ssl=1') // 'no route to postgres://db:5432/a'
 */
export function withoutCredentials(text: string): string {
  const clean = withoutHeaderValue(text)
    .replace(RETURNED_KEY, `$1${LEFT_OUT}`)
    .replace(BEARER, `$1$2${LEFT_OUT}`)
    .replace(SECRET_KEY, LEFT_OUT);
  return withoutUrlCredentials(clean);
}

/** The same for URLs alone. Names, such as that of a server, can be URLs. */
export function withoutUrlCredentials(text: string): string {
  return text.includes(':') && SCHEME_END.test(text) ? text.replace(URL_REST, withoutSecrets) : text;
}

/** A query ends only at white space, because it can contain another URL. */
function withoutSecrets(rest: string): string {
  let kept = '';
  for (let at = rest; ; ) {
    const next = SCHEME_END.exec(at);
    const url = next ? at.slice(0, next.index) : at;
    const clean = hostAndPath(url);
    kept += clean;
    if (!next || clean === LEFT_OUT || QUERY.test(url)) return kept;
    kept += next[0];
    at = at.slice(next.index + next[0].length);
  }
}

/** If password and path of a URL cannot be distinguished, nothing of it is kept. */
function hostAndPath(rest: string): string {
  const end = rest.search(AUTHORITY_END);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const lastAt = rest.lastIndexOf('@');
  if (authority.includes('@') || !isHost(authority)) {
    // The `@` that ends a password is the last one.
    return lastAt >= 0 && lastAt < authority.length ? withoutQuery(rest.slice(lastAt + 1)) : LEFT_OUT;
  }
  if (MAYBE_PASSWORD.test(rest)) return LEFT_OUT;
  return withoutQuery(rest);
}

function isHost(authority: string): boolean {
  const afterAddress = authority.startsWith('[') ? authority.indexOf(']') + 1 : 0;
  const colon = authority.indexOf(':', afterAddress);
  return colon < 0 || PORT.test(authority.slice(colon + 1));
}

function withoutQuery(url: string): string {
  const start = url.search(QUERY);
  return start < 0 ? url : url.slice(0, start) + (POSITION.exec(url.slice(start))?.[0] ?? '');
}

function withoutHeaderValue(text: string): string {
  const end = text.lastIndexOf(INVALID_HEADER);
  const start = text.indexOf('"');
  return start >= 0 && start < end ? `${text.slice(0, start)}"${LEFT_OUT}"${text.slice(end)}` : text;
}

/** A shorter one is a placeholder, such as the "x" of a local server, and can be part of any word. */
const MIN_SECRET_LENGTH = 6;

/** Removes a secret that is known by its value. */
export function withoutText(message: string, secret: unknown): string {
  if (typeof secret !== 'string' || secret.length < MIN_SECRET_LENGTH) return message;
  return message.replaceAll(secret, LEFT_OUT);
}
