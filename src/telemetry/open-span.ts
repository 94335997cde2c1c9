import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanKind,
  type SpanOptions,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import { type ContentSettings, capturesAsEvent, capturesContent, capturesOnSpan } from '../config.js';
import { contextAttributes } from '../context.js';
import { withoutUrlCredentials } from '../credentials.js';
import { report } from '../guard.js';
import { assignKnown, isOwn } from '../known.js';
import { text } from '../read.js';
import * as semconv from '../semconv.js';
import { releaseContent } from './content-recording.js';
import type { ErrorOrigin, FailureDescriber } from './errors.js';
import { shortLabel, shortValue } from './labels.js';
import { METRIC_ATTRIBUTES } from './metrics.js';
import { type ContextEntry, OpenContext } from './open-context.js';
import type { TelemetrySink } from './sink.js';

export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  /** Set on the span after the attributes of the context, so these win. */
  readonly attributes: readonly Attributes[];
  readonly links?: readonly Link[] | undefined;
  /** A span that was started for the same, to continue instead of starting one. */
  readonly started?: Span | undefined;
  /** Start time; defaults to now. */
  readonly time?: TimeInput | undefined;
  /** Keep a copy of the attributes that metrics need. */
  readonly measured?: boolean;
  /** What the context in which the span is active leads to; defaults to the parent. */
  readonly around?: Context;
  /** A value of the context in which the span is active, until it ends. */
  readonly entry?: ContextEntry;
}

type AttributeNames = Pick<ReadonlySet<string>, 'has'>;

const ALL: AttributeNames = { has: () => true };

/** An open span. It ends once. A fault in recording is logged once per span and never thrown. */
export class OpenSpan {
  readonly span: Span;
  readonly isRecording: boolean;
  /** The context in which this span is active. */
  readonly context: OpenContext;
  readonly #diag: TelemetrySink['diag'];
  readonly #settings: ContentSettings;
  readonly #name: string;
  /** Copies of the attributes so far that metrics or a log event need. */
  readonly #kept: Attributes | undefined;
  readonly #isKept: AttributeNames;
  #failed = false;
  #ended = false;
  #faulty = false;

  constructor(start: SpanStart, parent: Context, sink: TelemetrySink<ContentSettings>) {
    const { settings } = sink;
    this.#name = spanName(start.name);
    const attributes: Attributes = {};
    const inherited = contextAttributes(parent);
    if (inherited) assignKnown(attributes, inherited);
    for (const set of start.attributes) assignShort(attributes, set);
    const options: SpanOptions = { kind: start.kind, attributes };
    if (start.time !== undefined) options.startTime = start.time;
    if (start.links) options.links = [...start.links];
    this.span = start.started ?? sink.tracer.startSpan(this.#name, options, parent);
    if (start.started) {
      this.span.updateName(this.#name);
      this.span.setAttributes(attributes);
    }
    this.isRecording = this.span.isRecording();
    this.context = new OpenContext(start.around ?? parent, this.span, start.entry);
    this.#diag = sink.diag;
    this.#settings = settings;
    this.#isKept = capturesAsEvent(settings) ? ALL : METRIC_ATTRIBUTES;
    this.#kept = this.#isKept === ALL || start.measured ? {} : undefined;
    if (this.#kept) this.#keep(this.#kept, attributes);
  }

  /** The attributes of the span that metrics need, or all of them if a log event needs them; `undefined` if neither does. */
  get attributes(): Attributes | undefined {
    return this.#kept;
  }

  #keep(kept: Attributes, attributes: Attributes): void {
    for (const name in attributes) if (this.#isKept.has(name)) kept[name] = attributes[name];
  }

  get failed(): boolean {
    return this.#failed;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Runs `work`, which adds to the span, if the span has not ended. */
  update(work: () => void): void {
    if (this.#ended) return;
    try {
      work();
    } catch (fault) {
      this.report(fault);
    }
  }

  rename(name: string): void {
    this.span.updateName(spanName(name));
  }

  /** @param attributes entries that are `undefined` are left out */
  addAttributes(attributes: Attributes): void {
    const kept = this.#kept;
    const { span } = this;
    for (const name in attributes) {
      const value = shortValue(name, attributes[name]);
      if (value === undefined || !isOwn.call(attributes, name)) continue;
      if (kept && this.#isKept.has(name)) kept[name] = value;
      span.setAttribute(name, value);
    }
  }

  /**
   * Marks the span as failed. The status comes first, because the description can fail.
   *
   * @param describe gets the filter that each message of an error has to pass
   */
  fail(describe: FailureDescriber): void {
    this.#failed = true;
    this.update(() => this.span.setStatus({ code: SpanStatusCode.ERROR }));
    this.update(() => {
      const { message, attributes, exception } = this.#described(describe);
      this.addAttributes(attributes);
      this.span.addEvent(semconv.EVENT_EXCEPTION, exception);
      if (message !== undefined) this.span.setStatus({ code: SpanStatusCode.ERROR, message });
    });
  }

  /** Records an error that does not fail the span. */
  addException(describe: FailureDescriber): void {
    this.update(() => this.span.addEvent(semconv.EVENT_EXCEPTION, this.#described(describe).exception));
  }

  #described(describe: FailureDescriber): ReturnType<FailureDescriber> {
    return describe((message, origin) => this.#filter(message, origin));
  }

  /** Decides about every message of an error. One that is content goes where content goes, and past the user's hook. */
  #filter(message: string, origin: ErrorOrigin): string | undefined {
    const { errorMessages } = this.#settings;
    if (errorMessages === 'none') return undefined;
    if (errorMessages === 'all' || origin === 'api') return message;
    if (!this.isRecording || !capturesContent(this.#settings)) return undefined;
    let released: string | undefined;
    this.update(() => {
      const [operation = ''] = this.#name.split(' ', 1);
      const content = releaseContent({ errorMessage: message }, operation, this, this.#settings);
      released = text(content?.errorMessage);
    });
    if (capturesAsEvent(this.#settings) && this.#kept) this.#kept[semconv.ATTR_EXCEPTION_MESSAGE] = released;
    return capturesOnSpan(this.#settings) ? released : undefined;
  }

  /** @param time end time; defaults to now */
  end(time?: TimeInput): void {
    if (this.#ended) return;
    try {
      this.span.end(time);
    } catch (fault) {
      this.report(fault);
    }
    try {
      this.context.close();
    } catch (fault) {
      this.report(fault);
    }
    this.#ended = true;
  }

  /** Logs the first fault of this span. Later ones would repeat it. */
  report(fault: unknown): void {
    if (!this.#faulty) report(this.#diag, fault);
    this.#faulty = true;
  }
}

/** Entries that are `undefined` are left out. */
function assignShort(target: Attributes, attributes: Attributes): void {
  for (const name in attributes) {
    const value = shortValue(name, attributes[name]);
    if (value !== undefined && isOwn.call(attributes, name)) target[name] = value;
  }
}

/** Names that applications and servers choose can be URLs: the Agents SDK before 0.14 names MCP servers by theirs. */
function spanName(name: string): string {
  return shortLabel(withoutUrlCredentials(name)) ?? name;
}
