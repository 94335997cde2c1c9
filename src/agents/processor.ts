/** What the Agents SDK expects of a trace processor (agents-core 0.0.1 to 0.20). */
interface TraceProcessor {
  onTraceStart(trace: unknown): Promise<void>;
  onTraceEnd(trace: unknown): Promise<void>;
  onSpanStart(span: unknown): Promise<void>;
  onSpanEnd(span: unknown): Promise<void>;
  shutdown(): Promise<void>;
  forceFlush(): Promise<void>;
}

/** Is told of the traces and spans of the SDK. None of its functions may throw. */
export interface RunObserver {
  onTraceStart(trace: unknown): void;
  onTraceEnd(trace: unknown): void;
  onSpanStart(span: unknown): void;
  onSpanEnd(span: unknown): void;
}

/** Our trace processor in copies of the SDK that share their processors. Whoever sets processors of their own removes it, and it comes back. */
class Registration {
  readonly #add: (processor: TraceProcessor) => void;
  readonly #processor: TraceProcessor;
  #isThere = false;
  #mayReturn = true;

  /** @param add adds a processor to those of the copies */
  constructor(add: (processor: TraceProcessor) => void, observer: RunObserver) {
    this.#add = add;
    this.#processor = {
      onTraceStart: async (trace) => {
        this.#mayReturn = true;
        observer.onTraceStart(trace);
      },
      onTraceEnd: async (trace) => observer.onTraceEnd(trace),
      onSpanStart: async (span) => observer.onSpanStart(span),
      onSpanEnd: async (span) => observer.onSpanEnd(span),
      shutdown: async () => this.#removed(),
      forceFlush: async () => {},
    };
  }

  ensure(): void {
    if (this.#isThere) return;
    this.#isThere = true;
    this.#add(this.#processor);
  }

  /**
   * Told as processors are replaced, which `@openai/agents` does as it loads, but also as all shut down for good. Then
   * one that comes back is shut down once more: it does so only once, until there is work again.
   */
  #removed(): void {
    this.#isThere = false;
    if (!this.#mayReturn) return;
    this.#mayReturn = false;
    queueMicrotask(() => this.ensure());
  }
}

/** Our processors in all copies of the SDK. A copy that the application reloads is not kept alive. */
export class Registrations {
  /** By what holds the processors of a copy. */
  readonly #byHolder = new WeakMap<object, Registration>();
  #living: WeakRef<Registration>[] = [];

  /** Adds a processor, unless the holder has one of ours. */
  add(holder: object, ...registration: ConstructorParameters<typeof Registration>): void {
    if (this.#byHolder.has(holder)) return;
    const added = new Registration(...registration);
    this.#byHolder.set(holder, added);
    this.#living = [...this.#living.filter((other) => other.deref() !== undefined), new WeakRef(added)];
    added.ensure();
  }

  ensure(): void {
    for (const registration of this.#living) registration.deref()?.ensure();
  }
}
