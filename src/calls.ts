import { context } from '@opentelemetry/api';
import { watchResult } from './observe/api-promise.js';
import { Collected } from './observe/collected.js';
import type { Operation } from './operations/operation.js';
import type { Method } from './patch.js';
import { fieldsOf, isObject } from './read.js';
import { Servers } from './server.js';
import { attempt } from './telemetry/attempt.js';
import { Call, type Outlet } from './telemetry/call.js';
import { isSuppressed } from './telemetry/suppression.js';

/** The traced calls of one instrumentation. */
export class Calls {
  readonly #outlet: Outlet;
  readonly #servers = new Servers();
  readonly #collected = new Collected();
  readonly #open = new Set<Call>();

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /** Calls a method of the SDK, and makes a span of it. */
  trace(operation: Operation, original: Method, resource: object, args: unknown[]): unknown {
    const call = this.#start(operation, resource, args);
    if (!call) return original.apply(resource, args);
    let result: unknown;
    try {
      result = call.within(() => original.apply(resource, args));
    } catch (error) {
      call.onError(error);
      throw error;
    }
    return call.recording ? watchResult(result, call, this.#collected) : result;
  }

  /** Ends the spans of calls whose end will not be seen. */
  abandon(): void {
    for (const call of this.#open) call.onAbandoned();
  }

  #start(operation: Operation, resource: object, args: readonly unknown[]): Call | undefined {
    if (isSuppressed(context.active())) return undefined;
    return attempt(this.#outlet.diag, () => {
      const { _client: client } = fieldsOf(resource);
      const server = this.#servers.of(isObject(client) ? client : resource);
      const call = new Call(operation, server, args, this.#outlet, (ended) => this.#open.delete(ended));
      if (call.recording) this.#open.add(call);
      return call;
    });
  }
}
