import type { Claimant } from '../claims.js';
import { Observers } from './observers.js';

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
  /** Whether the caller is in a run that it follows, and that has not ended. */
  isInRun(): boolean;
}

/**
 * The trace processor of all instrumentations in copies of the SDK that share their processors. Whoever sets processors of their own
 * removes it, and it comes back.
 */
class Registration {
  readonly observers = new Observers<RunObserver>();
  readonly #add: (processor: TraceProcessor) => void;
  readonly #processor: TraceProcessor;
  #isRegistered = false;
  /** Whether it may be added again after a removal. */
  #mayReturn = true;

  /** @param add adds a processor to those of the copies */
  constructor(add: (processor: TraceProcessor) => void) {
    const { observers } = this;
    this.#add = add;
    this.#processor = {
      onTraceStart: async (trace) => {
        this.#mayReturn = true;
        (observers.all.find((observer) => observer.isInRun()) ?? observers.newest)?.onTraceStart(trace);
      },
      onTraceEnd: async (trace) => {
        for (const observer of observers.all) observer.onTraceEnd(trace);
      },
      onSpanStart: async (span) => {
        for (const observer of observers.all) observer.onSpanStart(span);
      },
      onSpanEnd: async (span) => {
        for (const observer of observers.all) observer.onSpanEnd(span);
      },
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

/** The processors that one instrumentation observes. A copy of the SDK that the application reloads is not kept alive. */
export class Registrations {
  #living: WeakRef<Registration>[] = [];

  /**
   * Adds a processor, unless the holder has one.
   * @param holder what holds the processors of a copy
   */
  add(holder: object, add: (processor: TraceProcessor) => void, claimant: Claimant, observer: RunObserver): void {
    const registration = (Reflect.get(holder, REGISTRATION) as Registration | undefined) ?? new Registration(add);
    Object.defineProperty(holder, REGISTRATION, { value: registration });
    registration.observers.add(claimant, observer);
    const living = this.#living.filter((other) => other.deref() !== undefined && other.deref() !== registration);
    this.#living = [...living, new WeakRef(registration)];
    registration.ensure();
  }

  ensure(): void {
    for (const registration of this.#living) registration.deref()?.ensure();
  }
}

/** Where a holder has its registration, which every copy of this package finds. */
const REGISTRATION = Symbol.for('opentelemetry-instrumentation-openai.registration');
