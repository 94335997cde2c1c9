import type { Context } from '@opentelemetry/api';
import { currentContext } from '../active-context.js';
import { follow } from '../observe/follow.js';
import { type Fields, fieldsOf, isObject, text } from '../read.js';
import { isDerivedFrom, LazyContext } from './lazy-context.js';
import type { Run, Step, Work } from './run.js';
import type { EnteredScope } from './storage.js';

/** The id of all traces and spans while the SDK's tracing is disabled (agents-core 0.20, `dist/tracing/utils.mjs`). */
const NO_OP = 'no-op';
/** `previousSpan` chains are as long as spans are nested. A longer chain is circular. */
const MAX_CHAIN = 1_000;
/** Ended steps kept in a scope for children that start late. A worker can start any number of them in one `withTrace`. */
const MAX_ENDED = 256;

/** What a scope needs from the owner of the runs. The methods must not throw. */
export interface ScopeOwner {
  /** Creates a step for a span that the SDK has started in the scope, and not reported to its processors yet. */
  startStep(span: Fields, scope: Scope): Step | undefined;
  /** The context of the scope was entered, and is not active: the application has no context manager. */
  onContextLost(scope: Scope): void;
  onWorkDone(scope: Scope, result: unknown): void;
  onWorkFailed(scope: Scope, error: unknown): void;
  /** Whether the value is the result of a streamed run. The SDK returns it while the run goes on. */
  isStreamedResult(value: unknown): boolean;
}

/**
 * One call of `storage.run(store, work)` by the SDK. It knows the steps that were started in it, and so in which step its work is
 * now.
 */
export class Scope implements EnteredScope {
  /** The SDK's trace. The SDK removes it from the store when the run ends. */
  readonly trace: unknown;
  /** The ordinary context from which the scope was entered. */
  readonly base: Context;
  readonly context: LazyContext = new ScopeContext(this);
  readonly work: Work = { done: false };
  /** The run, if the work of this scope is a whole run. */
  run: Run | undefined;
  /** The SDK keeps it while there is work in the scope. It holds copies of all spans around it. */
  readonly #store: WeakRef<Fields>;
  #outer: Scope | undefined;
  /** The innermost scope around this one that is a whole run. */
  #runOutside: Scope | undefined;
  readonly #owner: ScopeOwner;
  /** By span id. */
  readonly #steps = new Map<string, Step>();
  /** Ids of steps that have ended, oldest first. */
  readonly #ended = new Set<string>();
  readonly #isCopy: boolean;
  #pin: Step | undefined;

  /**
   * @param base an ordinary context
   * @param isCopy whether the SDK copied the store for a tool, a guardrail or the like
   */
  constructor(store: Fields, outer: Scope | undefined, base: Context, isCopy: boolean, owner: ScopeOwner) {
    this.#store = new WeakRef(store);
    this.trace = store.trace;
    this.#outer = outer;
    this.#runOutside = outer?.runScope;
    this.#runOutside?.forgetOutside();
    this.base = base;
    this.#isCopy = isCopy;
    this.#owner = owner;
  }

  /** `{ trace, span, previousSpan, active }`. The SDK changes it in place when the current span changes. */
  get store(): Fields {
    return this.#store.deref() ?? {};
  }

  /** The scope from which this one was entered. */
  get outer(): Scope | undefined {
    return this.#outer;
  }

  /** The context of the work in the scope now. */
  get current(): Context {
    const step = this.#currentStep();
    return step?.context ?? this.#pin?.context ?? this.run?.context ?? this.base;
  }

  #currentStep(): Step | undefined {
    const { active, span: current } = this.store;
    if (active !== true) return undefined;
    for (const span of chainOf(current)) {
      const { spanId } = span;
      if (!isId(spanId)) continue;
      const known = this.find(spanId);
      // From the first span of an outer scope on, there are copies of such spans only. In a copy, a span that has ended looks open.
      if (known) return this.own(spanId);
      const started = isOpen(span) ? this.#owner.startStep(span, this) : undefined;
      if (started) return started;
    }
    return undefined;
  }

  /** The context of the scope outside of its current span. */
  get ground(): Context {
    return this.#pin?.context ?? this.base;
  }

  /** The scope of the innermost run that this scope is part of. */
  get runScope(): Scope | undefined {
    return this.run ? this : this.#runOutside;
  }

  /** The innermost run that the scope is part of. */
  get runAround(): Run | undefined {
    return this.runScope?.run;
  }

  /** A step that was started in this scope. */
  own(spanId: string): Step | undefined {
    return this.#steps.get(spanId);
  }

  /** A step of the same run, started in this scope or in an outer one. Another run can have the same id. */
  find(spanId: string): Step | undefined {
    for (let at: Scope | undefined = this; at; at = at.run ? undefined : at.#outer) {
      const step = at.#steps.get(spanId);
      if (step) return step;
    }
    return undefined;
  }

  /** Whether this scope is the given one, or an outer scope of it. */
  isAround(scope: Scope | undefined): boolean {
    for (let at = scope; at; at = at.outer) {
      if (at === this) return true;
    }
    return false;
  }

  /** @param hasOwnScope whether the SDK runs each span of this kind in a scope of its own */
  add(spanId: string, step: Step, hasOwnScope: boolean): void {
    // Work that a tool has started and not awaited stays in the tool, also after the SDK has left the tool's span.
    if (hasOwnScope && this.#steps.size === 0 && this.#isCopy) this.#pin = step;
    this.#steps.set(spanId, step);
  }

  /** Called when a step of this scope has ended. */
  retire(spanId: string): void {
    this.#ended.add(spanId);
    if (this.#ended.size <= MAX_ENDED) return;
    const [oldest] = this.#ended;
    if (oldest === undefined) return;
    this.#ended.delete(oldest);
    this.#steps.delete(oldest);
  }

  onEntered(): void {
    if (!isDerivedFrom(currentContext(), this.context)) this.#owner.onContextLost(this);
  }

  onReturn<T>(result: T): T {
    if (!this.#isFollowed) return result;
    if (result instanceof Promise) {
      return follow(result, {
        onFulfilled: (value) => this.#done(value),
        onRejected: (error) => this.onThrow(error),
      }) as T;
    }
    this.#done(result);
    return result;
  }

  onThrow(error: unknown): void {
    this.work.done = true;
    this.#owner.onWorkFailed(this, error);
  }

  /** Whether the end of the work is the end of a run, or of a part of it. */
  get #isFollowed(): boolean {
    return this.run !== undefined || this.#isCopy;
  }

  /**
   * Drops what is around a run that has ended. Nothing in a run looks for steps outside of it. A tool can begin the next run after its
   * own has ended, and so on for as long as the process lives.
   */
  forgetOutside(): void {
    if (!this.run?.over) return;
    this.#outer = undefined;
    this.#runOutside = undefined;
  }

  #done(result: unknown): void {
    const { completed } = this.#owner.isStreamedResult(result) ? fieldsOf(result) : {};
    if (this.run || !(completed instanceof Promise)) {
      this.#finish(result);
      return;
    }
    // The SDK handles a rejection of this promise itself (agents-core 0.20, `dist/result.mjs`).
    const finish = () => this.#finish(result);
    completed.then(finish, finish);
  }

  #finish(result: unknown): void {
    this.work.done = true;
    this.#owner.onWorkDone(this, result);
  }
}

/** The context inside a scope. The SDK reports no change of its current span, so each access looks it up. */
class ScopeContext extends LazyContext {
  readonly scope: Scope;

  constructor(scope: Scope) {
    super();
    this.scope = scope;
  }

  override resolve(): Context {
    return this.scope.current;
  }
}

/** Yields a span of the SDK, and then the spans that were current before it. */
export function* chainOf(span: unknown): Generator<Fields, void> {
  for (let at = span, length = 0; isObject(at) && length < MAX_CHAIN; at = at.previousSpan, length++) yield at;
}

export function isOpen({ startedAt, endedAt }: Fields): boolean {
  return text(startedAt) !== undefined && text(endedAt) === undefined;
}

export function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id !== NO_OP;
}
