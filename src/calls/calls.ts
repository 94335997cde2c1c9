import type { Context } from '@opentelemetry/api';
import { currentContext } from '../active-context.js';
import type { RequestInfo, Settings } from '../config.js';
import { mayTrace } from '../context.js';
import { PENDING_MODEL_CALL, type PendingModelCall } from '../context-keys.js';
import { callHook, report } from '../guard.js';
import type { Method } from '../method.js';
import { AbandonmentTracker } from '../observe/abandonment-tracker.js';
import { watchResult } from '../observe/api-promise.js';
import type { CallDescription, Operation } from '../operations/operation.js';
import { fieldsOf, isObject } from '../read.js';
import type { TelemetrySink } from '../telemetry/sink.js';
import { BackgroundUsage } from './background-usage.js';
import type { CallStart } from './call.js';
import { CallHandle } from './call-handle.js';
import { type Server, Servers } from './server.js';

/** The traced calls of one instrumentation. */
export class Calls {
  readonly #sink: TelemetrySink;
  readonly #servers = new Servers();
  readonly #backgroundUsage = new BackgroundUsage();
  readonly #abandonments = new AbandonmentTracker();
  readonly #open = new Set<CallHandle>();
  #methods = 0;

  constructor(sink: TelemetrySink) {
    this.#sink = sink;
  }

  /**
   * Calls a method of the SDK and traces the call with a span.
   *
   * @param described the arguments that describe the call, if they are not those of the method
   */
  trace(operation: Operation, original: Method, resource: object, args: unknown[], described = args): unknown {
    const call = this.#start(operation, resource, described);
    let result: unknown;
    this.#methods++;
    try {
      result = call ? call.within(() => original.apply(resource, args)) : original.apply(resource, args);
    } catch (error) {
      call?.onThrown(error);
      throw error;
    } finally {
      this.#methods--;
    }
    if (call?.isWatched) return watchResult(result, call, this.#abandonments);
    call?.release();
    return result;
  }

  /** Whether a traced method is running, which calls `client.post()` before it returns. Known without a context manager too. */
  get isInMethod(): boolean {
    return this.#methods > 0;
  }

  /** Ends the spans of all open calls, because their ends will not be observed. */
  abandon(): void {
    for (const call of this.#open) call.onAbandoned();
  }

  #start(operation: Operation, resource: object, args: readonly unknown[]): CallHandle | undefined {
    try {
      if (operation.polls && CallHandle.current()?.isPolling) return undefined;
      const parent = currentContext();
      const pending = coverPendingCall(parent, operation.name);
      // If the method was detached from its resource, the SDK throws: there is no call to trace.
      if (!isObject(resource) || !this.isWanted(operation, args, parent)) return undefined;
      const client = clientOf(resource);
      return this.begin({ operation, server: this.serverOf(client), args, parent, pending, client });
    } catch (fault) {
      this.#onFault(fault);
      return undefined;
    }
  }

  begin(start: CallStart): CallHandle {
    const call = new CallHandle(start, this.#sink, this.#backgroundUsage, this.#ended);
    if (call.isWatched) this.#open.add(call);
    return call;
  }

  readonly #ended = (call: CallHandle): void => {
    call.release();
    this.#open.delete(call);
  };

  readonly #onFault = (fault: unknown): void => report(this.#sink.diag, fault);

  isWanted(operation: Pick<CallDescription, 'name'>, args: readonly unknown[], parent: Context): boolean {
    const { settings } = this.#sink;
    if (!mayTrace(parent, settings)) return false;
    const { ignoreRequestHook } = settings;
    return !ignoreRequestHook || !this.#ignores(ignoreRequestHook, { operation: operation.name, params: args[0] });
  }

  #ignores(hook: NonNullable<Settings['ignoreRequestHook']>, request: RequestInfo): boolean {
    return callHook(() => hook(request), this.#onFault) === true;
  }

  /** @param client an object with a `baseURL` */
  serverOf(client: object): Server {
    const { settings } = this.#sink;
    return this.#servers.of(client, settings.providerName, this.#onFault);
  }
}

/** The client of a resource of the SDK. A client is its own. */
function clientOf(resource: object): object {
  const { _client: client } = fieldsOf(resource);
  return isObject(client) ? client : resource;
}

/**
 * Marks the pending model call of a framework as traced, so that its instrumentation creates no second span.
 * @returns the announced call, if it is this one
 */
export function coverPendingCall(from: Context, operation: string): PendingModelCall | undefined {
  const pending = from.getValue(PENDING_MODEL_CALL);
  return pending !== undefined && isPendingModelCall(pending) && pending.cover(operation) ? pending : undefined;
}

function isPendingModelCall(value: unknown): value is PendingModelCall {
  const { cover, onResponse } = fieldsOf(value);
  return typeof cover === 'function' && typeof onResponse === 'function';
}
