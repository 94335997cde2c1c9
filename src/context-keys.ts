import { type Attributes, type Context, createContextKey, type Span } from '@opentelemetry/api';

/**
 * The keys under which an OpenTelemetry context carries what this package needs. Keys of one name are one key
 * (`createContextKey` uses `Symbol.for`), so the entries of this package find each other's values even when each is bundled
 * on its own.
 */

const PREFIX = 'opentelemetry-instrumentation-openai';

/** Holds the attributes of `withAttributes`. */
export const ATTRIBUTES = createContextKey(`${PREFIX} attributes`);

/** Holds the `CallHandle` of the call that the SDK is working for. */
export const CURRENT_CALL = createContextKey(`${PREFIX} current call`);

/** Set while a patched client sends a request, traced or not. */
export const PATCHED_CLIENT = createContextKey(`${PREFIX} patched client`);

/** Holds the `PendingModelCall` that a framework is about to make. */
export const PENDING_MODEL_CALL = createContextKey(`${PREFIX} model call`);

/** A model call that a framework announces. If it goes through `openai`, that call's span is the only one. */
export interface PendingModelCall {
  /**
   * Marks the call as traced, so that the framework's instrumentation creates no second span.
   * @param operation `gen_ai.operation.name` of the existing span
   * @returns whether it is the call that was announced
   */
  cover(operation: string): boolean;
  /**
   * Requests the attributes that the framework reads from the response. It reads streams that this package does not read.
   * @param listener called once, when the framework's call ends, or at once if it has ended; without attributes if none are known
   */
  onResponse(listener: (response: Attributes) => void): void;
  /**
   * Hands over the span that the call has already, because something read its context before the call was covered. Whoever covers
   * the call continues that span instead of starting one.
   * @param from the context in which the call is covered: another span can be active there
   */
  takeSpan?(from: Context): Span | undefined;
}

/** Holds the `CurrentAgent` of a voice session of the Agents SDK. */
export const CURRENT_AGENT = createContextKey(`${PREFIX} current agent`);

/** The agent that a session is with now: it changes with a hand-off, while the context of the session stays. */
export interface CurrentAgent {
  readonly name: string | undefined;
}

/** What a `LazyContext` answers with itself. Contexts that are derived from it pass the question on. */
export const LAZY_CONTEXT = createContextKey(`${PREFIX} lazy context`);

/** Holds the innermost span of an agent run. */
export const RUN_SPAN = createContextKey(`${PREFIX} place in a run`);

/**
 * The key under which `suppressTracing()` of `@opentelemetry/core` (1.x to 3.x) marks a context: reading it needs no
 * dependency on that package.
 */
export const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** The key under which a context holds its span (`trace/context-utils.ts` in `@opentelemetry/api` 1.x). */
export const SPAN = createContextKey('OpenTelemetry Context Key SPAN');
