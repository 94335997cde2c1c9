import type { Attributes, Context } from '@opentelemetry/api';
import { currentContext } from '../active-context.js';
import { capturesContent } from '../config.js';
import { mayTrace } from '../context.js';
import { attempt, report } from '../guard.js';
import { AbandonmentTracker } from '../observe/abandonment-tracker.js';
import type { Content } from '../operations/content.js';
import { type Fields, fieldsOf, isObject, text } from '../read.js';
import * as semconv from '../semconv.js';
import type { FailureDescriber } from '../telemetry/errors.js';
import { contentOf, type Description, describeSpan, describeTrace, hasOwnScope, modelOperation } from './describe.js';
import { DetachedTraces } from './detached-traces.js';
import { failureOfRun, failureOfSpan } from './errors.js';
import { ordinary, ordinaryOn } from './lazy-context.js';
import { ModelCall } from './model-call.js';
import { type EndOfAbandoned, Run, type RunEnd, Step } from './run.js';
import { RunContent } from './run-content.js';
import { type AgentsTelemetrySink, moveInside, RunSpan } from './run-span.js';
import { chainOf, isId, isOpen, Scope, type ScopeOwner } from './scope.js';
import type { EnteredScope, StorageObserver } from './storage.js';

/** If other processors delay an event by more than this, the time that the SDK recorded is used. */
const LATE_MS = 100;

const NO_CONTEXT_MANAGER =
  'there is no context manager: spans of agent runs come without the spans of what is done inside them, and model calls of other ' +
  'packages than openai have no span; NodeSDK sets one, other providers need context.setGlobalContextManager()';

const ABANDONED: Attributes = { [semconv.ATTR_LLM_ABANDONED]: true };

/** What the runs need to know about the copies of the SDK in the process. */
export interface AgentsSdk {
  /** The store of the scope that the caller is in. */
  currentStore(): unknown;
  /** Whether the value is a `StreamedRunResult`. */
  isStreamedResult(value: unknown): boolean;
  /** Whether the value is an error whose message the SDK makes without content. */
  isErrorWithoutContent(value: unknown): boolean;
  /** The final output of a `RunResult` or `StreamedRunResult`, if the run has one. */
  finalOutput(value: unknown): unknown;
}

/**
 * Creates OpenTelemetry spans for the traces and spans of the Agents SDK. The scope identifies a run. The trace id does not, because
 * an application can use one id for many runs at once. No public method throws.
 */
export class AgentRuns implements StorageObserver, ScopeOwner, EndOfAbandoned {
  readonly #sink: AgentsTelemetrySink;
  readonly #sdk: AgentsSdk;
  readonly #abandonments = new AbandonmentTracker();
  /** Runs that have a span to end. */
  readonly #open = new Set<Run>();
  /** The scope of each store. */
  readonly #scopes = new WeakMap<object, Scope>();
  /** By the SDK's span: the step, and the scope in which it was started. */
  readonly #steps = new WeakMap<object, { readonly step: Step; readonly scope: Scope }>();
  /** By the SDK's trace: the scope of the whole run. If the application uses one trace for several runs, the newest one. */
  readonly #runScopes = new WeakMap<object, Scope>();
  readonly #detached = new DetachedTraces();
  /** Traces that a store has contained. */
  readonly #seenTraces = new WeakSet<object>();

  constructor(sink: AgentsTelemetrySink, sdk: AgentsSdk) {
    this.#sink = sink;
    this.#sdk = sdk;
  }

  onRun(store: object, outerStore: unknown): EnteredScope | undefined {
    // If the application wraps our storage and we wrap that again, only the outermost storage creates a scope.
    if (this.#scopes.has(store)) return undefined;
    return attempt(this.#sink.diag, () => this.#enter(fieldsOf(store), this.#scopeOf(outerStore)));
  }

  onEnterWith(left: unknown): void {
    attempt(this.#sink.diag, () => {
      for (let at = this.#scopeOf(left)?.runScope; at; at = at.outer?.runScope) this.#endIfInactive(at);
    });
  }

  /** @param nests whether the SDK's current span can be followed */
  onTraceStart(trace: unknown, nests: boolean): void {
    const { traceId } = fieldsOf(trace);
    const outer = this.#currentScope();
    if (!isObject(trace) || !isId(traceId) || isUnderWay(this.#runScopeOf(trace, outer))) return;
    const scope = new Scope({ trace }, outer, ordinary(currentContext()), false, this);
    this.#runScopes.set(trace, scope);
    this.#detached.add(traceId, scope);
    scope.run = this.#startRun(trace, trace, scope.base, nests);
    scope.run.detachedId = traceId;
  }

  onTraceEnd(trace: unknown): void {
    const scope = isObject(trace) ? this.#runScopeOf(trace, this.#currentScope()) : undefined;
    if (!scope?.run) return;
    // A streamed run ends its trace some microtasks before its store becomes inactive.
    if (scope.run.detachedId === undefined) this.#endStreamed(scope.run);
    else {
      scope.work.done = true;
      this.#endRun(scope.run, {});
    }
  }

  onSpanStart(span: unknown): void {
    if (!isObject(span)) return;
    const scope = this.#scopeFor(span);
    if (scope) this.startStep(span, scope);
  }

  onSpanEnd(span: unknown): void {
    if (!isObject(span)) return;
    const { spanId } = span;
    const scope = this.#scopeFor(span);
    // An application that dispatches span events by itself can pass two objects for one span.
    const step = this.#steps.get(span)?.step ?? (isId(spanId) ? scope?.own(spanId) : undefined);
    if (!step) return;
    this.#endStep(step, span);
    if (isId(spanId)) scope?.retire(spanId);
  }

  startStep(span: Fields, scope: Scope): Step | undefined {
    return attempt(this.#sink.diag, () => this.#startStep(span, scope));
  }

  isStreamedResult(value: unknown): boolean {
    return this.#sdk.isStreamedResult(value);
  }

  /** Whether the store is part of a run that is followed here and has not ended. */
  follows(store: unknown): boolean {
    const run = this.#scopeOf(store)?.runAround;
    return run !== undefined && !run.over;
  }

  onContextLost({ runAround }: Scope): void {
    if (runAround) runAround.nests = false;
    this.#sink.logOnce('warn', NO_CONTEXT_MANAGER);
  }

  onWorkDone(scope: Scope, result: unknown): void {
    const { run } = scope;
    if (!run) this.#endLeftOver(scope);
    else if (isObject(result) && this.#sdk.isStreamedResult(result)) {
      run.streamed = new WeakRef(result);
      const { completed } = result;
      if (completed instanceof Promise) followFailure(completed, run);
      this.#endIfInactive(scope);
    } else this.#endRun(run, { result });
  }

  onWorkFailed(scope: Scope, error: unknown): void {
    const { run } = scope;
    if (run) this.#endRun(run, { fail: () => this.#failureOfRun(error) });
    else this.#endLeftOver(scope);
  }

  /** Ends all open spans, because their ends will not be observed. */
  abandonAll(): void {
    for (const run of this.#open) this.abandon(run);
  }

  abandon(target: Run | Step): void {
    if (target instanceof Step) {
      this.#endStep(target, undefined, ABANDONED);
      return;
    }
    for (const step of latestFirst(target.open)) this.#endStep(step, step.source.deref(), ABANDONED);
    this.#endRun(target, { attributes: ABANDONED });
  }

  #enter(store: Fields, from: Scope | undefined): Scope {
    const { trace } = store;
    const captured = this.#captured(store, from);
    const current = ordinary(currentContext());
    const base = captured ? moveInside(current, ordinary(captured.context)) : current;
    const scope = new Scope(store, captured?.scope ?? from, base, this.#isCopy(trace, from), this);
    this.#scopes.set(store, scope);
    if (isObject(trace)) this.#seenTraces.add(trace);
    if (isObject(trace) && isWholeRun(store) && !captured) {
      scope.run = this.#startRun(trace, store, base, true);
      this.#runScopes.set(trace, scope);
    }
    return scope;
  }

  /**
   * The place where the application captured the trace context that it now uses somewhere else (`withTraceContext`), or the detached
   * trace in which it now runs work.
   */
  #captured(store: Fields, from: Scope | undefined): { readonly scope: Scope; readonly context: Context } | undefined {
    const { trace, span } = store;
    const known = isObject(span) ? this.#steps.get(span) : undefined;
    if (known) return known.scope.isAround(from) ? undefined : { scope: known.scope, context: known.step.context };
    const scope = isObject(trace) ? this.#runScopeOf(trace, from) : undefined;
    if (!scope?.run || scope.isAround(from)) return undefined;
    const goesOn = scope.run.detachedId !== undefined && !scope.run.over;
    return isWholeRun(store) && !goesOn ? undefined : { scope, context: scope.run.context };
  }

  /** `withNewSpanContext` copies the trace. `withTraceContext` uses one that a store has contained before. */
  #isCopy(trace: unknown, from: Scope | undefined): boolean {
    return from !== undefined && isObject(trace) && !this.#seenTraces.has(trace);
  }

  #scopeOf(store: unknown): Scope | undefined {
    return isObject(store) ? this.#scopes.get(store) : undefined;
  }

  #currentScope(): Scope | undefined {
    return this.#scopeOf(this.#sdk.currentStore());
  }

  /** The scope of a whole run of the trace. If there are several, the one around the caller comes first. */
  #runScopeOf(trace: object, from: Scope | undefined): Scope | undefined {
    for (let at = from?.runScope; at; at = at.outer?.runScope) {
      if (at.trace === trace) return at;
    }
    return this.#runScopes.get(trace);
  }

  /** The scope in which a span was started. */
  #scopeFor(span: Fields): Scope | undefined {
    const known = this.#steps.get(span);
    if (known) return known.scope;
    const scope = this.#currentScope();
    return this.#detached.scopeOf(span, scope?.runAround ? scope : undefined, () => baseFor(scope));
  }

  /** @param owner an object of the SDK that lives as long as the run can go on */
  #startRun(trace: Fields, owner: object, parent: Context, nests: boolean): Run {
    const run = new Run(parent, nests, this);
    this.#open.add(run);
    this.#abandonments.follow(owner, run);
    this.#attempt(run, () => {
      if (!mayTrace(parent, this.#sink.settings)) return;
      run.span = this.#newSpan(describeTrace(trace), parent);
      run.context = run.span.context;
    });
    return run;
  }

  #endIfInactive({ run, store }: Scope): void {
    if (run && store.active === false) this.#endStreamed(run);
  }

  #endStreamed(run: Run): void {
    if (!run.streamed) return;
    const result = run.streamed.deref();
    const { error } = fieldsOf(result);
    const failed = run.failed || (error !== undefined && error !== null);
    this.#endRun(run, { result, fail: () => (failed ? this.#failureOfRun(error) : undefined) });
  }

  #failureOfRun(error: unknown): FailureDescriber {
    return failureOfRun(error, this.#sdk.isErrorWithoutContent(error));
  }

  #endRun(run: Run, { fail, attributes, result }: RunEnd): void {
    if (run.over) return;
    run.over = true;
    this.#abandonments.release(run);
    if (run.detachedId !== undefined) this.#detached.delete(run.detachedId, run);
    for (const step of latestFirst(run.open)) {
      const source = step.source.deref();
      if (step.work.done || !source) this.#endStep(step, source);
      // Its work goes on, so it ends later. If its object is garbage-collected first, it ends then.
      else this.#abandonments.follow(source, step);
    }
    const { span } = run;
    this.#attempt(run, () => {
      const content = () => span?.content?.ofWorkflow(this.#sdk.finalOutput(result));
      span?.end({ fail, attributes, content });
    });
    this.#forgetIfEnded(run);
  }

  #startStep(source: Fields, scope: Scope): Step | undefined {
    const { spanId } = source;
    const run = scope.runAround;
    if (!isId(spanId) || !run) return undefined;
    const started = this.#steps.get(source)?.step;
    if (started) return started;
    const known = scope.own(spanId);
    if (known) {
      this.#steps.set(source, { step: known, scope });
      return known;
    }
    const around = this.#parentStep(source, scope)?.context ?? run.context;
    const parent = moveInside(baseFor(scope), ordinary(around));
    const span = this.#attempt(run, () => this.#spanOfStep(source, parent, run));
    const step = new Step(run, scope.work, span, span?.context ?? parent, source, this);
    scope.add(spanId, step, this.#attempt(run, () => hasOwnScope(fieldsOf(source.spanData))) ?? false);
    this.#steps.set(source, { step, scope });
    if (span) this.#stepOpened(step, source);
    return step;
  }

  #stepOpened(step: Step, source: Fields): void {
    step.run.open.add(step);
    this.#open.add(step.run);
    if (step.run.over) this.#abandonments.follow(source, step);
  }

  /** Processors receive spans in order, but late. So a child can be looked up before its parent has been reported. */
  #parentStep(child: Fields, scope: Scope): Step | undefined {
    const { parentId } = child;
    if (!isId(parentId)) return undefined;
    const known = scope.find(parentId);
    if (known) return known;
    for (const span of [...chainOf(child.previousSpan), ...chainOf(scope.store.span)]) {
      if (span.spanId === parentId && isOpen(span)) return this.#startStep(span, scope);
    }
    return undefined;
  }

  #spanOfStep(source: Fields, parent: Context, run: Run): RunSpan | ModelCall | undefined {
    if (!mayTrace(parent, this.#sink.settings)) return undefined;
    const data = fieldsOf(source.spanData);
    const start = timeIfLate(source.startedAt);
    const operation = modelOperation(data);
    if (operation !== undefined) {
      // If it is unknown whether `openai` covers the call, no span is better than two.
      return run.nests ? new ModelCall(operation, data, parent, this.#sink, start) : undefined;
    }
    const description = describeSpan(data);
    return description && this.#newSpan(description, parent, start);
  }

  #newSpan(description: Description, parent: Context, start?: number): RunSpan {
    const span = new RunSpan(description, parent, this.#sink, start);
    if (description.collectsContent && span.isRecording && capturesContent(this.#sink.settings)) {
      span.content = new RunContent();
    }
    return span;
  }

  #endStep(step: Step, source: Fields | undefined, attributes?: Attributes): void {
    const { run, span } = step;
    if (!span || !run.open.delete(step)) return;
    this.#abandonments.release(step);
    const data = () => fieldsOf(fieldsOf(source).spanData);
    if (span instanceof ModelCall) this.#attempt(run, () => this.#collectContent(span, data()));
    this.#attempt(run, () =>
      span.end({
        describe: () => describeSpan(data()),
        fail: () => failureOfSpan(fieldsOf(source).error, data()),
        attributes,
        content: () => (span instanceof RunSpan ? span.content?.ofAgent() : undefined) ?? contentOf(data()),
        hookArgument: data,
        time: () => timeIfLate(fieldsOf(source).endedAt),
      }),
    );
    this.#forgetIfEnded(run);
  }

  /** Input and output of a model call also belong to the agent and the workflow around it. */
  #collectContent(call: ModelCall, data: Fields): void {
    if (!capturesContent(this.#sink.settings)) return;
    let content: Content | undefined;
    for (let span = call.above; span && !span.separatesContent; span = span.above) {
      if (!span.content) continue;
      content ??= contentOf(data) ?? {};
      span.content.add(content);
    }
  }

  /** Ends the steps that are still open when the work of their scope and their run have ended. */
  #endLeftOver(scope: Scope): void {
    const run = scope.runAround;
    if (!run?.over) return;
    for (const step of latestFirst(run.open)) {
      if (step.work === scope.work) this.#endStep(step, step.source.deref());
    }
  }

  #forgetIfEnded(run: Run): void {
    if (run.over && run.open.size === 0) this.#open.delete(run);
  }

  /** Reports only the first fault of a run, because later ones would repeat it. */
  #attempt<T>(run: Run, work: () => T): T | undefined {
    try {
      return work();
    } catch (fault) {
      if (!run.faulty) report(this.#sink.diag, fault);
      run.faulty = true;
      return undefined;
    }
  }
}

/**
 * The ordinary context in which a span is started. The SDK has already made the span the current one of its scope, so
 * `scope.current` would be the span itself.
 */
function baseFor(scope: Scope | undefined): Context {
  const active = currentContext();
  return scope ? ordinaryOn(active, scope.context, scope.ground) : ordinary(active);
}

/** The store of `withTrace` has no property `span`. Stores for a part of a run have it, even if it is `undefined`. */
function isWholeRun({ trace, ...rest }: Fields): boolean {
  return !Object.hasOwn(rest, 'span') && isId(fieldsOf(trace).traceId);
}

/**
 * Remembers that a streamed run has failed, because its error can be `null`. The SDK itself handles a rejection of this promise
 * (agents-core 0.20, `dist/result.mjs`).
 */
function followFailure(completed: Promise<unknown>, run: Run): void {
  completed.then(undefined, () => {
    run.failed = true;
  });
}

function isUnderWay(scope: Scope | undefined): boolean {
  return scope?.run !== undefined && !scope.run.over;
}

/** Children end before their parents. Returns a copy, because the set changes meanwhile. */
function latestFirst(steps: Iterable<Step>): Step[] {
  return [...steps].reverse();
}

/**
 * The time of an event that arrives late, because other processors are slow. Otherwise the current time is better: the SDK's times are
 * whole milliseconds, so that a span could start before its parent.
 */
function timeIfLate(isoTime: unknown): number | undefined {
  const time = Date.parse(text(isoTime) ?? '');
  return Date.now() - time > LATE_MS ? time : undefined;
}
