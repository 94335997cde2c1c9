import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { currentContext } from '../active-context.js';
import { isSuppressed } from '../context.js';
import { CURRENT_CALL, PATCHED_CLIENT } from '../context-keys.js';
import { fieldsOf, listOf } from '../read.js';

/** Where Node.js publishes requests: those of `fetch` (SDK v5 and later) and those of `http` (v4). */
const CHANNELS = ['undici:request:create', 'http.client.request.start'];

/**
 * The user agent of the SDK: the name of the client's class, which subclasses extend and minifiers shorten, and the
 * version. SDKs that the same generator (Stainless) makes for other providers have such a user agent too; those that use
 * the same paths have not reached version 4.
 */
const USER_AGENT = /^(?:\w*OpenAI\/JS |\w{1,3}\/JS (?=[4-7]\.))(\d+\.[\w.-]+)/;
const MAX_USER_AGENT_LENGTH = 256;

/** Paths that only traced methods request. */
const PATH = /\/(?:chat\/completions|completions|embeddings|responses)$/;

export interface MissedRequest {
  readonly sdkVersion: string;
  /** Without the query, which can hold credentials. */
  readonly path: string;
}

type Listener = (request: MissedRequest) => void;

/**
 * One for all instances of all copies and versions of this package, so that each request of the process is looked at once.
 * Its public methods must not change.
 */
const WATCHER = Symbol.for('opentelemetry-instrumentation-openai.missed-requests');

/**
 * Detects the first request of a copy of the SDK that is not patched, because it is bundled or was imported without a loader hook.
 * Only its requests show that such a copy exists. It watches until a call is traced or a request is missed, and only while an
 * instrumentation is enabled.
 */
export class MissedRequests {
  readonly #listeners = new Set<Listener>();

  static ofProcess(): MissedRequests {
    const existing = Reflect.get(globalThis, WATCHER) as MissedRequests | undefined;
    if (existing) return existing;
    const watcher = new MissedRequests();
    Object.defineProperty(globalThis, WATCHER, { value: watcher });
    return watcher;
  }

  get isWatching(): boolean {
    return this.#listeners.size > 0;
  }

  /** @param listener called with one request at most, and only if no other listener was added later */
  add(listener: Listener): void {
    if (!this.isWatching) for (const channel of CHANNELS) subscribe(channel, this.#onRequest);
    this.#listeners.add(listener);
  }

  remove(listener: Listener): void {
    if (this.#listeners.delete(listener) && !this.isWatching) this.#unsubscribe();
  }

  /** A call was traced, so the instrumentation is set up: stops watching. */
  stop(): void {
    if (!this.isWatching) return;
    this.#listeners.clear();
    this.#unsubscribe();
  }

  #unsubscribe(): void {
    for (const channel of CHANNELS) unsubscribe(channel, this.#onRequest);
  }

  readonly #onRequest = (message: unknown): void => {
    // This runs inside the request of an application that may not even use `openai`.
    try {
      const request = missedRequest(fieldsOf(message).request);
      if (!request) return;
      const newest = [...this.#listeners].at(-1);
      this.stop();
      newest?.(request);
    } catch {}
  };
}

function missedRequest(request: unknown): MissedRequest | undefined {
  const { method, path: target } = fieldsOf(request);
  if (method !== 'POST' || typeof target !== 'string') return undefined;
  const [path = ''] = target.split('?', 1);
  if (!PATH.test(path)) return undefined;
  const active = currentContext();
  // Values of other copies of this package count too.
  if (active.getValue(CURRENT_CALL) !== undefined || active.getValue(PATCHED_CLIENT) || isSuppressed(active))
    return undefined;
  const [, sdkVersion] = USER_AGENT.exec(userAgentOf(request).slice(0, MAX_USER_AGENT_LENGTH)) ?? [];
  return sdkVersion ? { sdkVersion, path } : undefined;
}

/** `http` has a method; undici has a list of names and values (v6 and later) or lines of text (v5, Node.js 20.6). */
function userAgentOf(request: unknown): string {
  const { getHeader, headers } = fieldsOf(request);
  if (typeof getHeader === 'function') return String(getHeader.call(request, 'user-agent'));
  if (typeof headers === 'string') return /^user-agent: (.*)$/im.exec(headers)?.[1] ?? '';
  const list = listOf(headers);
  const index = list.findIndex((name, i) => i % 2 === 0 && String(name).toLowerCase() === 'user-agent');
  return index === -1 ? '' : String(list[index + 1]);
}
