import { currentContext } from '../active-context.js';
import type { CurrentAgent } from '../context-keys.js';
import { attempt } from '../guard.js';
import { fieldsOf, isObject, listOf, text } from '../read.js';
import { failureOfRun } from './errors.js';
import type { AgentsTelemetrySink } from './run-span.js';
import { type StepOwner, VoiceStep } from './voice-step.js';

/**
 * The tools, hand-offs and guardrails of voice sessions (`RealtimeSession`), which the Agents SDK does not trace itself. The
 * instrumentation of `openai` shows the sessions and their responses. No public method throws.
 */
export class VoiceSessions implements StepOwner {
  readonly #sink: AgentsTelemetrySink;
  readonly #isErrorWithoutContent: (value: unknown) => boolean;
  /** By transport. */
  readonly #sessions = new WeakMap<object, VoiceSession>();
  /** Steps that have a span to end. */
  readonly #open = new Set<VoiceStep>();

  /** @param isErrorWithoutContent whether the value is an error whose message the SDK makes without content */
  constructor(sink: AgentsTelemetrySink, isErrorWithoutContent: (value: unknown) => boolean) {
    this.#sink = sink;
    this.#isErrorWithoutContent = isErrorWithoutContent;
  }

  onStart(step: VoiceStep): void {
    this.#open.add(step);
  }

  onEnd(step: VoiceStep): void {
    this.#open.delete(step);
  }

  /** @returns what tells, for as long as the session lasts, which agent it is with */
  onConnect(session: object): CurrentAgent | undefined {
    return this.#attempt(() => {
      const { transport } = fieldsOf(session);
      if (!isObject(transport)) return undefined;
      const followed = new VoiceSession(session);
      this.#sessions.set(transport, followed);
      return followed;
    });
  }

  /** A tool that is still running ends unseen: the session drops its result. */
  onDisconnected(transport: object): void {
    for (const step of this.#open) if (step.transport === transport) step.onAbandoned();
  }

  /**
   * The model calls a function.
   *
   * @returns nothing if the transport is used without a session
   */
  onFunctionCall(transport: object, event: unknown): VoiceStep | undefined {
    return this.#attempt(() => {
      const session = this.#sessions.get(transport);
      if (!session) return undefined;
      const step = this.#step(transport);
      const { name, callId } = fieldsOf(event);
      const to = session.handoffTarget(name);
      if (to) step.start({ type: 'handoff', from_agent: session.name, to_agent: to.name }, session.name, callId);
      return step;
    });
  }

  /** The application approves or rejects a function call that has waited for it. */
  onDecision(session: object): VoiceStep | undefined {
    return this.#attempt(() => this.#step(fieldsOf(session).transport));
  }

  /** The function call that the session is working for. */
  stepUnderWay(): VoiceStep | undefined {
    return this.#attempt(() => VoiceStep.in(currentContext()));
  }

  /** @param args of the event `agent_tool_start` */
  onToolStart([, agent, tool, details]: readonly unknown[]): void {
    this.#attempt(() => {
      const { callId, arguments: input } = fieldsOf(fieldsOf(details).toolCall);
      const step = VoiceStep.in(currentContext());
      step?.start({ type: 'function', name: fieldsOf(tool).name, input }, nameOf(agent), callId);
    });
  }

  /** The session answers the function call that it is working for. */
  onOutput(output: unknown): VoiceStep | undefined {
    const step = this.stepUnderWay();
    step?.onDone(output);
    return step;
  }

  /** Handling the function call has failed. */
  onSessionError(error: unknown): void {
    const step = this.stepUnderWay();
    if (step) this.onError(step, error);
  }

  onError(step: VoiceStep, error: unknown): void {
    this.#attempt(() => step.onError(failureOfRun(error, this.#isErrorWithoutContent(error))));
  }

  /** @param args of the event `guardrail_tripped` */
  onGuardrailTripped([, agent, error]: readonly unknown[]): VoiceStep | undefined {
    return this.#attempt(() => {
      const { guardrail } = fieldsOf(fieldsOf(error).result);
      const step = this.#step(undefined);
      step.start({ type: 'guardrail', name: nameOf(guardrail), triggered: true }, nameOf(agent));
      return step;
    });
  }

  abandonAll(): void {
    for (const step of this.#open) step.onAbandoned();
  }

  #step(transport: unknown): VoiceStep {
    return new VoiceStep(transport, currentContext(), this, this.#sink);
  }

  #attempt<T>(work: () => T): T | undefined {
    return attempt(this.#sink.diag, work);
  }
}

/** A `RealtimeSession` of the Agents SDK that was connected. */
class VoiceSession implements CurrentAgent {
  readonly #session: object;

  constructor(session: object) {
    this.#session = session;
  }

  get name(): string | undefined {
    return nameOf(this.#agent);
  }

  /** The agent that the current one hands off to with this function. */
  handoffTarget(toolName: unknown): { readonly name: string | undefined } | undefined {
    for (const target of listOf(fieldsOf(this.#agent).handoffs)) {
      const { toolName: own, agentName } = fieldsOf(target);
      // A hand-off, or an agent, for which the session makes a hand-off.
      if ((own ?? defaultToolName(target)) === toolName) return { name: text(agentName) ?? nameOf(target) };
    }
    return undefined;
  }

  get #agent(): unknown {
    return fieldsOf(this.#session).currentAgent;
  }
}

/** The name of the function with which an agent is handed off to (agents-core 0.20, `dist/handoff.mjs`). */
function defaultToolName(agent: unknown): string {
  return `transfer_to_${nameOf(agent)?.replace(/[^a-zA-Z0-9]/g, '_')}`;
}

function nameOf(named: unknown): string | undefined {
  return text(fieldsOf(named).name);
}
