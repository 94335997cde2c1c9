import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { context, type DiagLogger } from '@opentelemetry/api';
import { isSuppressed } from '../context.js';
import { CURRENT_CALL } from '../context-keys.js';
import { attempt } from '../guard.js';
import { fieldsOf } from '../read.js';

/** Where Node.js tells of requests: those of `fetch` (SDK v5 and later) and those of `http` (v4). */
const CHANNELS = ['undici:request:create', 'http.client.request.start'];

/**
 * What the SDK calls itself: by the name of its class, which subclasses extend and minifiers shorten. Packages made by the
 * same generator for other providers do so too; those that ask for the same paths have not come to version 4.
 */
const USER_AGENT = /(?:\w*OpenAI\/JS |\b\w{1,3}\/JS (?=[4-7]\.))(\d+\.[\w.-]+)/;

/** Paths that only traced methods ask for. */
const PATH = /\/(?:chat\/completions|completions|embeddings|responses)(?:\?|$)/;

export interface MissedRequest {
  readonly sdkVersion: string;
  readonly path: string;
}

/**
 * Notices the first request of an SDK that is not patched: one that is bundled, or that was imported without a loader
 * hook or before there was one. Nothing else in the process can tell of such a copy. To be watched only until a patched
 * method is called, so that every request seen is a missed one.
 */
export class MissedRequests {
  readonly #onMissed: (request: MissedRequest) => void;
  readonly #diag: DiagLogger;
  #watching = false;

  constructor(onMissed: (request: MissedRequest) => void, diag: DiagLogger) {
    this.#onMissed = onMissed;
    this.#diag = diag;
  }

  watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    for (const channel of CHANNELS) subscribe(channel, this.#onRequest);
  }

  unwatch(): void {
    if (!this.#watching) return;
    this.#watching = false;
    for (const channel of CHANNELS) unsubscribe(channel, this.#onRequest);
  }

  readonly #onRequest = (message: unknown): void => {
    attempt(this.#diag, () => {
      const { request } = fieldsOf(message);
      const { method, path } = fieldsOf(request);
      if (method !== 'POST' || !PATH.test(String(path))) return;
      const active = context.active();
      // A value of another copy of this package counts too.
      if (active.getValue(CURRENT_CALL) !== undefined || isSuppressed(active)) return;
      const [, sdkVersion] = USER_AGENT.exec(userAgentAmong(request)) ?? [];
      if (!sdkVersion) return;
      this.unwatch();
      this.#onMissed({ sdkVersion, path: String(path) });
    });
  };
}

/** `http` is asked by name; undici has a list of names and values (v6 and later) or lines of text (v5, Node.js 20.6). */
function userAgentAmong(request: unknown): string {
  const { getHeader, headers } = fieldsOf(request);
  return typeof getHeader === 'function' ? String(getHeader.call(request, 'user-agent')) : String(headers);
}
