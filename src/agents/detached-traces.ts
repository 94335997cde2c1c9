import { type Context, trace } from '@opentelemetry/api';
import { type Fields, fieldsOf, isObject } from '../read.js';
import type { Run } from './run.js';
import { isId, type Scope } from './scope.js';

/**
 * Open traces that the application started with `createTrace().start()`, outside of any `storage.run()`. Several of them, and other
 * runs, can have the same trace id.
 */
export class DetachedTraces {
  /** By trace id, oldest first. */
  readonly #scopes = new Map<string, WeakRef<Scope>[]>();

  add(id: string, scope: Scope): void {
    this.#set(id, [...this.#living(id), scope]);
  }

  delete(id: string, run: Run): void {
    this.#set(
      id,
      this.#living(id).filter((scope) => scope.run !== run),
    );
  }

  /**
   * Finds the scope in which a span was started.
   * @param inside the scope of the caller, if it is part of a run
   * @param from returns the ordinary context of the caller; to look it up can create a span
   */
  scopeOf(span: Fields, inside: Scope | undefined, from: () => Context): Scope | undefined {
    const { traceId } = span;
    const detached = isId(traceId) ? this.#living(traceId).reverse() : [];
    if (detached.length === 0) return inside;
    const origin = traceIdOf(from());
    const candidates = [
      ...(inside && fieldsOf(inside.trace).traceId === traceId ? [inside] : []),
      ...detached.filter(({ base }) => traceIdOf(base) === origin),
      ...detached,
    ];
    return (
      candidates.find((scope) => hasParentOf(span, scope)) ??
      candidates.find((scope) => hasTraceOf(span, scope)) ??
      candidates[0]
    );
  }

  #living(id: string): Scope[] {
    return (this.#scopes.get(id) ?? []).map((scope) => scope.deref()).filter((scope) => scope !== undefined);
  }

  #set(id: string, scopes: Scope[]): void {
    if (scopes.length === 0) this.#scopes.delete(id);
    else
      this.#scopes.set(
        id,
        scopes.map((scope) => new WeakRef(scope)),
      );
  }
}

function hasParentOf({ parentId }: Fields, scope: Scope): boolean {
  return isId(parentId) && scope.find(parentId) !== undefined;
}

/** A span has the metadata object of its trace (agents-core 0.8 to 0.20, `dist/tracing/provider.mjs`). */
function hasTraceOf({ traceMetadata }: Fields, { trace }: Scope): boolean {
  return isObject(traceMetadata) && traceMetadata === fieldsOf(trace).metadata;
}

function traceIdOf(context: Context): string | undefined {
  return trace.getSpanContext(context)?.traceId;
}
