import { type Context, context } from '@opentelemetry/api';
import { Collected } from '../observe/collected.js';
import { type Fields, fieldsOf, isObject, number, text } from '../read.js';
import * as semconv from '../semconv.js';
import { report } from '../telemetry/attempt.js';
import { describeError } from '../telemetry/errors.js';
import { mayTrace } from '../telemetry/suppression.js';
import { contentOf, describeSpan, describeSpanError, describeTrace, modelOperation } from './describe.js';
import { ModelSpan } from './model-span.js';
import { type AgentsOutlet, type Ending, RunSpan } from './run-span.js';
import { baseOf, type Place, type Scope } from './storage.js';

/** What the SDK calls everything while its tracing is off. */
const NO_OP = 'no-op';
/** The SDK's times are whole milliseconds. */
const LATE_MS = 2;
/** Spans nest this deep at most; more is a ring. */
const MAX_DEPTH = 1_000;

/** A span of the SDK's: the span made of it, if one is, and the one it is in. */
interface Entry {
  readonly run: Run;
  readonly source: Fields;
  own?: RunSpan | ModelSpan;
  readonly above: RunSpan | undefined;
}

/** A trace of the SDK's under way. It must not hold on to the SDK's own object, whose disappearance may be its end. */
class Run {
  readonly traceId: string;
  readonly entries = new Map<string, Entry>();
  root: RunSpan | undefined;
  /** What a streamed run came to. */
  outcome: WeakRef<object> | undefined;
  over = false;
  faulty = false;
  readonly #onAbandoned: (run: Run) => void;

  constructor(traceId: string, onAbandoned: (run: Run) => void) {
    this.traceId = traceId;
    this.#onAbandoned = onAbandoned;
  }

  onAbandoned(): void {
    this.#onAbandoned(this);
  }
}

/**
 * Makes spans of what the Agents SDK tells of its traces and spans (agents-core 0.20), and knows at which of them a
 * scope is. No function of it throws.
 */
export class Bridge {
  readonly #outlet: AgentsOutlet;
  readonly #collected = new Collected();
  readonly #open = new Set<Run>();
  readonly #byId = new Map<string, Run>();
  /** By the SDK's own objects, which outlive a run where work does that it started. */
  readonly #runs = new WeakMap<object, Run>();
  readonly #entries = new WeakMap<object, Entry>();

  constructor(outlet: AgentsOutlet) {
    this.#outlet = outlet;
  }

  onTraceStart(trace: unknown): void {
    const { traceId } = fieldsOf(trace);
    if (!isObject(trace) || !isId(traceId)) return;
    const known = this.#runs.get(trace);
    if (known && !known.over) return;

    const run = new Run(traceId, this.#abandon);
    this.#runs.set(trace, run);
    this.#byId.set(traceId, run);
    this.#open.add(run);
    this.#collected.follow(trace, run);
    this.#tell(run, () => {
      const parent = baseOf(context.active());
      if (!mayTrace(parent, this.#outlet.settings)) return;
      run.root = new RunSpan(describeTrace(trace), parent, undefined, this.#outlet);
    });
  }

  onTraceEnd(trace: unknown): void {
    const run = this.#runOf(trace);
    if (!run) return;
    const failure = fieldsOf(run.outcome?.deref()).error;
    this.#end(run, isObject(failure) ? failure : undefined);
  }

  /** The function that a trace was made for failed: the SDK ends no such trace. */
  onTraceFailed(trace: object, error: unknown): void {
    const run = this.#runOf(trace);
    if (run) this.#end(run, error);
  }

  /** A streamed run goes on after its result is there. */
  onTraceResult(trace: object, result: unknown): void {
    const run = this.#runOf(trace);
    if (run && isObject(result)) run.outcome = new WeakRef(result);
  }

  onSpanStart(span: unknown): void {
    const { traceId } = fieldsOf(span);
    const run = isId(traceId) ? this.#byId.get(traceId) : undefined;
    if (run && isObject(span)) this.#tell(run, () => this.#entry(run, span, baseOf(context.active())));
  }

  onSpanEnd(span: unknown): void {
    const { traceId, spanId } = fieldsOf(span);
    if (!isId(traceId) || !isId(spanId)) return;
    const run = this.#byId.get(traceId);
    const entry = run?.entries.get(spanId);
    if (run && entry) this.#tell(run, () => endEntry(entry, fieldsOf(span)));
  }

  /** Where a scope with this store is. */
  place(store: Fields, base: Context, key: symbol | undefined): Place | undefined {
    const { active, trace, span } = store;
    if (active !== true) return undefined;
    let at = span;
    for (let depth = 0; depth < MAX_DEPTH && isObject(at); depth++) {
      const entry = this.#lookUp(at, base);
      if (entry) return this.#placeOf(entry, key);
      at = at.previousSpan;
    }
    return this.#lastRunOf(trace)?.root;
  }

  /** Ends the spans of runs whose end will not be seen. */
  abandon(): void {
    for (const run of this.#open) this.#abandon(run);
  }

  readonly #abandon = (run: Run): void => {
    this.#end(run, undefined, { [semconv.ATTR_LLM_ABANDONED]: true });
  };

  /** A span that the SDK has started but its processors were not told of yet is made here and now. */
  #lookUp(span: Fields, base: Context): Entry | undefined {
    const { traceId, spanId } = span;
    if (!isId(traceId) || !isId(spanId)) return undefined;
    const run = this.#byId.get(traceId);
    const known = this.#entries.get(span);
    if (!run || (known && !known.run.over)) return known;
    const underWay = text(span.startedAt) !== undefined && text(span.endedAt) === undefined;
    return this.#tell(run, () => run.entries.get(spanId) ?? (underWay ? this.#entry(run, span, base) : undefined));
  }

  /** @param base the ordinary context that the span is started in */
  #entry(run: Run, source: Fields, base: Context): Entry | undefined {
    const { spanId, parentId } = source;
    if (!isId(spanId)) return undefined;
    const known = run.entries.get(spanId);
    if (known) return known;

    const parent = isId(parentId) ? run.entries.get(parentId) : undefined;
    const above = parent ? spanOf(parent) : run.root;
    const entry: Entry = { run, source, above };
    run.entries.set(spanId, entry);
    this.#entries.set(source, entry);
    const own = this.#make(source, above?.within(base) ?? base, above);
    if (own) entry.own = own;
    return entry;
  }

  #make(source: Fields, parent: Context, above: RunSpan | undefined): RunSpan | ModelSpan | undefined {
    if (!mayTrace(parent, this.#outlet.settings)) return undefined;
    const data = fieldsOf(source.spanData);
    // Over already when it is heard of: by its own times, though they are cut to milliseconds.
    const start = source.endedAt ? millis(source.startedAt) : undefined;
    const operation = modelOperation(data);
    if (operation !== undefined) {
      return new ModelSpan(operation, () => describeSpan(data), parent, above, this.#outlet, start);
    }
    const description = describeSpan(data);
    return description && new RunSpan(description, parent, above, this.#outlet, start);
  }

  #placeOf({ run, own, above }: Entry, key: symbol | undefined): Place | undefined {
    if (!(own instanceof ModelSpan)) return own ?? above;
    return this.#tell(run, () => own.placeFor(key)) ?? above;
  }

  /** Children first. What has not ended by now ends with the trace. */
  #end(run: Run, error: unknown, more: Ending['attributes'] = {}): void {
    if (run.over) return;
    run.over = true;
    this.#collected.release(run);
    this.#open.delete(run);
    if (this.#byId.get(run.traceId) === run) this.#byId.delete(run.traceId);
    for (const entry of [...run.entries.values()].reverse()) {
      this.#tell(run, () => endEntry(entry, entry.source, more));
    }
    run.entries.clear();
    this.#tell(run, () => {
      run.root?.end({ attributes: more, ...(error === undefined ? {} : { failure: describeError(error) }) });
    });
  }

  /** Of a trace under way. The SDK copies its objects, so that the id has to do where the object is not known. */
  #runOf(trace: unknown): Run | undefined {
    const run = this.#lastRunOf(trace);
    return run?.over ? undefined : run;
  }

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
      if (!run.faulty) report(this.#outlet.diag, fault);
      run.faulty = true;
      return undefined;
    }
  }
}

/** What is run with a store of the SDK's. It holds on to nothing else: a socket kept alive may hold on to it. */
export class RunScope implements Scope {
  readonly #store: Fields;
  readonly #bridge: Bridge;
  readonly #isWholeTrace: boolean;

  constructor(store: Fields, bridge: Bridge) {
    this.#store = store;
    this.#bridge = bridge;
    // A store made for a trace has no span at first; those of its parts do, even if it is `undefined`.
    this.#isWholeTrace = !Object.hasOwn(store, 'span');
  }

  place(base: Context, key: symbol | undefined): Place | undefined {
    return this.#bridge.place(this.#store, base, key);
  }

  left(result: unknown): void {
    const { trace } = this.#store;
    // The SDK awaits this promise itself: to listen to it hides no rejection (agents-core 0.3.8 to 0.20).
    if (!this.#isWholeTrace || !isObject(trace) || !(result instanceof Promise)) return;
    result.then(
      (value) => this.#bridge.onTraceResult(trace, value),
      (error) => this.#bridge.onTraceFailed(trace, error),
    );
  }
}

function endEntry({ own }: Entry, source: Fields, attributes: Ending['attributes'] = {}): void {
  if (!own) return;
  const data = fieldsOf(source.spanData);
  const failure = isObject(source.error) ? describeSpanError(source.error) : undefined;
  own.end({
    description: describeSpan(data),
    failure,
    attributes,
    content: () => contentOf(data),
    spanData: data,
    time: lateEnd(source.endedAt),
  });
}

/** The end of a span that is told of late, other processors having been slow. In time, the clock says it better. */
function lateEnd(endedAt: unknown): number | undefined {
  const end = millis(endedAt);
  return end !== undefined && Date.now() - end > LATE_MS ? end : undefined;
}

function millis(isoTime: unknown): number | undefined {
  return number(Date.parse(text(isoTime) ?? ''));
}

/** What work inside the span is in. */
function spanOf({ own, above }: Entry): RunSpan | undefined {
  return own instanceof ModelSpan ? own.span : (own ?? above);
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id !== NO_OP;
}
