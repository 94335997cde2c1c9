import { currentContext } from '../active-context.js';
import { attempt } from '../guard.js';
import type { SocketApi } from '../operations/socket-api.js';
import { fieldsOf, isObject, text } from '../read.js';
import type { TelemetrySink } from '../telemetry/sink.js';
import type { Calls } from './calls.js';
import { Session } from './session.js';

/** The open sessions of one instrumentation. */
export class Sessions {
  readonly #calls: Calls;
  readonly #sink: TelemetrySink;
  readonly #open = new Set<Session>();

  constructor(calls: Calls, sink: TelemetrySink) {
    this.#calls = calls;
    this.#sink = sink;
  }

  /** @param owner the object of the SDK, with its URL and, in the Responses API, its client */
  begin(api: SocketApi, owner: object): Session | undefined {
    return attempt(this.#sink.diag, () => {
      const { url, _client } = fieldsOf(owner);
      const address = addressOf(url);
      const server = this.#calls.serverOf(isObject(_client) ? _client : address);
      const { model } = address;
      const start = { api, server, params: { model }, model, parent: currentContext() };
      const session = new Session(start, this.#calls, this.#sink, (ended) => this.#open.delete(ended));
      this.#open.add(session);
      return session;
    });
  }

  abandon(): void {
    for (const session of this.#open) session.abandon();
  }
}

interface Address {
  readonly baseURL?: string;
  readonly apiVersion?: string | undefined;
  readonly deploymentName?: string | undefined;
  readonly model?: string | undefined;
}

/**
 * What a Realtime URL says, in the form of a client's fields. Nothing else is kept of it: that of the global `WebSocket` has
 * the key of an Azure client in its query (SDK v4 to v6, `realtime/websocket.js`).
 */
function addressOf(url: unknown): Address {
  if (!URL.canParse(String(url))) return {};
  const { origin, pathname, searchParams } = new URL(String(url));
  const parameter = (name: string) => text(searchParams.get(name));
  const model = parameter('model') ?? parameter('deployment');
  return {
    baseURL: `${origin}${pathname.replace(/\/realtime\/?$/, '')}`.replace(/^ws/, 'http'),
    apiVersion: parameter('api-version'),
    deploymentName: model,
    model,
  };
}
