/** The trace processor interface of the Agents SDK (agents-core 0.0.1 to 0.20, `dist/tracing/processor.d.ts`). */
interface TraceProcessor {
  onTraceStart(trace: unknown): Promise<void>;
  onTraceEnd(trace: unknown): Promise<void>;
  onSpanStart(span: unknown): Promise<void>;
  onSpanEnd(span: unknown): Promise<void>;
  shutdown(): Promise<void>;
  forceFlush(): Promise<void>;
}

/** Receives the start and the end of each trace and span of the SDK. Its methods must not throw. */
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
  #isRegistered = false;
  /** Whether it may be added again after a removal. */
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
      shutdown: async () => this.#onShutdown(),
      forceFlush: async () => {},
    };
  }

  /** Adds the processor, if the SDK does not have it. */
  ensure(): void {
    if (this.#isRegistered) return;
    this.#isRegistered = true;
    this.#add(this.#processor);
  }

  /**
   * The SDK shuts a processor down when the list of processors is replaced, and when the SDK itself shuts down (agents-core 0.20,
   * `dist/tracing/processor.mjs`). The first case is frequent: `@openai/agents` replaces the list when it is loaded. So the
   * processor adds itself again, once until the next trace starts: after a shutdown of the SDK, a second try would never end.
   */
  #onShutdown(): void {
    this.#isRegistered = false;
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
