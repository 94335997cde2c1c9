import { type Attributes, type Context, context } from '@opentelemetry/api';
import { mayTrace } from '../context.js';
import { report } from '../guard.js';
import { AbandonmentTracker } from '../observe/abandonment-tracker.js';
import { type Fields, fieldsOf, isObject, text } from '../read.js';
import * as semconv from '../semconv.js';
import { describeError, type FailureDescriber, originOf } from '../telemetry/errors.js';
import { contentOf, describeSpan, describeSpanError, describeTrace, modelOperation } from './describe.js';
import { ModelSpan } from './model-span.js';
import { type Entry, Run } from './run.js';
import { type AgentsTelemetrySink, type Ending, RunSpan } from './run-span.js';
import type { RunScope, Runs } from './scope.js';
import { baseOf, type Place } from './storage.js';

/** What the SDK calls everything while its tracing is off. */
const NO_OP = 'no-op';
/** Less is taken for the time that processors need to pass it on. */
const LATE_MS = 100;
/** Spans nest this deep at most; more is a ring. */
const MAX_DEPTH = 1_000;

/**
 * Makes spans of what the Agents SDK tells of its traces and spans (agents-core 0.20), and knows at which of them a
 * scope is. No function of it throws.
 */
export class Bridge implements Runs {
  readonly #sink: AgentsTelemetrySink;
  readonly #abandonments = new AbandonmentTracker();
  readonly #open = new Set<Run>();
  readonly #byId = new Map<string, Run>();
  /** By the SDK's own objects, which outlive a run where work does that it started. */
  readonly #runs = new WeakMap<object, Run>();
  readonly #entries = new WeakMap<object, Entry>();
  readonly #scope: () => RunScope | undefined;

  /** @param scope the one that the caller is in */
  constructor(sink: AgentsTelemetrySink, scope: () => RunScope | undefined) {
    this.#sink = sink;
    this.#scope = scope;
  }

  /** @param nests whether it can be told which of the trace's spans is the current one */
  onTraceStart(trace: unknown, nests: boolean): void {
    const { traceId } = fieldsOf(trace);
    if (!isObject(trace) || !isId(traceId)) return;
    const known = this.#runs.get(trace);
    if (known && !known.over) return;

    const scope = this.#scope();
    const run = this.#begin(traceId, trace, baseOf(context.active()), nests);
    if (scope?.isWhole(traceId)) scope.run = run;
  }

  onTraceEnd(trace: unknown): void {
    const run = this.#lastRunOf(trace);
    if (run) this.end(run);
  }

  /** Ends with the trace what has not ended by now, children first. */
  end(run: Run, { fail, attributes }: Pick<Ending, 'fail' | 'attributes'> = {}): void {
    if (run.over) return;
    run.over = true;
    this.#abandonments.release(run);
    this.#open.delete(run);
    if (this.#byId.get(run.traceId) === run) this.#byId.delete(run.traceId);
    for (const entry of [...run.entries.values()].reverse()) {
      this.#tell(run, () => endEntry(entry, entry.source, attributes));
    }
    run.entries.clear();
    this.#tell(run, () => run.root?.end({ attributes, fail: fail ?? (() => failureOf(run)) }));
  }

  onSpanStart(span: unknown): void {
    const { traceId } = fieldsOf(span);
    if (!isId(traceId) || !isObject(span)) return;
    const base = baseOf(context.active());
    const scope = this.#scope();
    const run = this.#underWay(traceId, base, scope);
    if (run) this.#tell(run, () => this.#entry(run, span, base, scope));
  }

  onSpanEnd(span: unknown): void {
    const { traceId, spanId } = fieldsOf(span);
    if (!isId(traceId) || !isId(spanId)) return;
    const run = this.#byId.get(traceId);
    const entry = run?.entries.get(spanId);
    if (run && entry) this.#tell(run, () => endEntry(entry, fieldsOf(span), undefined));
  }

  /** Where the scope is. */
  place(scope: RunScope, base: Context, key: symbol | undefined): Place | undefined {
    const { active, trace, span } = scope.store;
    if (active !== true) return undefined;
    for (const at of chainOf(span)) {
      const entry = this.#lookUp(at, base, scope);
      if (entry) return this.#placeOf(entry, key);
    }
    return this.#lastRunOf(trace)?.root;
  }

  /** Ends the spans of runs whose end will not be seen. */
  abandon(): void {
    for (const run of this.#open) this.#abandon(run);
  }

  readonly #abandon = (run: Run): void => {
    this.end(run, { attributes: { [semconv.ATTR_LLM_ABANDONED]: true } });
  };

  #begin(traceId: string, trace: Fields, parent: Context, nests: boolean): Run {
    const run = new Run(traceId, nests, this.#abandon);
    this.#runs.set(trace, run);
    this.#byId.set(traceId, run);
    this.#open.add(run);
    this.#abandonments.follow(trace, run);
    this.#tell(run, () => {
      if (!mayTrace(parent, this.#sink.settings)) return;
      run.root = new RunSpan(describeTrace(trace), parent, undefined, this.#sink);
    });
    return run;
  }

  /** The SDK tells nobody that a trace goes on, when a run that was interrupted is resumed: its first span does. */
  #underWay(traceId: string, base: Context, scope: RunScope | undefined): Run | undefined {
    const run = this.#byId.get(traceId);
    const whole = run ? undefined : scope?.wholeOf(traceId);
    if (!whole || whole.run || !isObject(whole.store.trace)) return run;
    whole.run = this.#begin(traceId, whole.store.trace, base, true);
    return whole.run;
  }

  /** A span that the SDK has started but its processors were not told of yet is made here and now. */
  #lookUp(span: Fields, base: Context, scope: RunScope): Entry | undefined {
    const { traceId, spanId } = span;
    if (!isId(traceId) || !isId(spanId)) return undefined;
    const known = this.#entries.get(span);
    if (known && !known.run.over) return known;
    const open = isOpen(span);
    const run = open ? this.#underWay(traceId, base, scope) : this.#byId.get(traceId);
    if (!run) return known;
    return this.#tell(run, () => run.entries.get(spanId) ?? (open ? this.#entry(run, span, base, scope) : undefined));
  }

  /** @param base the ordinary context that the span is started in */
  #entry(run: Run, source: Fields, base: Context, scope: RunScope | undefined): Entry | undefined {
    const { spanId, parentId } = source;
    if (!isId(spanId)) return undefined;
    const known = run.entries.get(spanId);
    if (known) return known;

    const parent = isId(parentId) ? this.#parentEntry(run, parentId, source, base, scope) : undefined;
    const above = parent ? spanOf(parent) : run.root;
    const entry: Entry = { run, source, above, own: undefined };
    run.entries.set(spanId, entry);
    this.#entries.set(source, entry);
    entry.own = this.#make(run, source, above?.within(base) ?? base, above);
    return entry;
  }

  /** Processors are told of spans in order, but late: one that is looked up can be known before its parent is. */
  #parentEntry(
    run: Run,
    parentId: string,
    child: Fields,
    base: Context,
    scope: RunScope | undefined,
  ): Entry | undefined {
    const known = run.entries.get(parentId);
    if (known) return known;
    const parent = [child.previousSpan, scope?.store.span]
      .flatMap((span) => [...chainOf(span)])
      .find((span) => span.spanId === parentId);
    return parent && isOpen(parent) ? this.#entry(run, parent, base, scope) : undefined;
  }

  #make(run: Run, source: Fields, parent: Context, above: RunSpan | undefined): RunSpan | ModelSpan | undefined {
    if (!mayTrace(parent, this.#sink.settings)) return undefined;
    const data = fieldsOf(source.spanData);
    const start = past(source.startedAt);
    const operation = modelOperation(data);
    if (operation !== undefined) {
      // It could not be known that the call has a span already: rather none than two.
      if (!run.nests) return undefined;
      return new ModelSpan(operation, () => describeSpan(data), parent, above, this.#sink, start);
    }
    const description = describeSpan(data);
    return description && new RunSpan(description, parent, above, this.#sink, start);
  }

  #placeOf({ run, own, above }: Entry, key: symbol | undefined): Place | undefined {
    if (!(own instanceof ModelSpan)) return own ?? above;
    return this.#tell(run, () => own.placeFor(key)) ?? above;
  }

  /** The SDK copies its objects: the id has to do where the object is not known. */
  #lastRunOf(trace: unknown): Run | undefined {
    if (!isObject(trace)) return undefined;
    const { traceId } = trace;
    return this.#runs.get(trace) ?? (isId(traceId) ? this.#byId.get(traceId) : undefined);
  }

  /** Where one thing fails in a run, more will: the first says it all. */
  #tell<T>(run: Run, work: () => T): T | undefined {
    try {
      return work();
    } catch (fault) {
      if (!run.faulty) report(this.#sink.diag, fault);
      run.faulty = true;
      return undefined;
    }
  }
}

/** A span and those that were the current one before it. */
function* chainOf(span: unknown): Generator<Fields, void> {
  for (let at = span, depth = 0; isObject(at) && depth < MAX_DEPTH; at = at.previousSpan, depth++) yield at;
}

function isOpen({ startedAt, endedAt }: Fields): boolean {
  return text(startedAt) !== undefined && text(endedAt) === undefined;
}

function endEntry({ own }: Entry, source: Fields, attributes: Attributes | undefined): void {
  const data = () => fieldsOf(source.spanData);
  own?.end({
    describe: () => describeSpan(data()),
    fail: () => (isObject(source.error) ? (filter) => describeSpanError(source.error, filter) : undefined),
    attributes,
    content: () => contentOf(data()),
    hooked: data,
    time: () => past(source.endedAt),
  });
}

function failureOf({ outcome }: Run): FailureDescriber | undefined {
  const { error } = fieldsOf(outcome?.deref());
  return isObject(error) ? (filter) => describeError(error, originOf(error), filter) : undefined;
}

/**
 * When something happened of which we hear late, because other processors are slow. When we hear of it in time, the
 * clock tells it better: by the SDK's whole milliseconds, a span could start before its parent.
 */
function past(isoTime: unknown): number | undefined {
  const time = Date.parse(text(isoTime) ?? '');
  return Date.now() - time > LATE_MS ? time : undefined;
}

/** What work inside the span is in. */
function spanOf({ own, above }: Entry): RunSpan | undefined {
  return own instanceof ModelSpan ? own.span : (own ?? above);
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id !== NO_OP;
}
