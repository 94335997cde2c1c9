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

/** Our trace processor in one copy of the SDK. Whoever sets processors of their own removes it, and it comes back. */
export class Registration {
  readonly #add: (processor: TraceProcessor) => void;
  readonly #onRemoved: (registration: Registration) => void;
  readonly #processor: TraceProcessor;
  #isThere = false;

  /**
   * @param add adds a processor to those of the copy
   * @param onRemoved called when the processors are about to be replaced, or to shut down for good: it cannot be told
   */
  constructor(
    add: (processor: TraceProcessor) => void,
    observer: RunObserver,
    onRemoved: (registration: Registration) => void,
  ) {
    this.#add = add;
    this.#onRemoved = onRemoved;
    this.#processor = {
      onTraceStart: async (trace) => observer.onTraceStart(trace),
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

  #removed(): void {
    this.#isThere = false;
    this.#onRemoved(this);
  }
}
