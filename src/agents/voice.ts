import { currentContext, runIn } from '../active-context.js';
import type { Claimant } from '../claims.js';
import { CURRENT_AGENT } from '../context-keys.js';
import type { Method, Replacement } from '../method.js';
import { follow } from '../observe/follow.js';
import { shadow } from '../observe/sockets/shadow.js';
import { patchMethod } from '../patching/patch-method.js';
import { fieldsOf, isObject } from '../read.js';
import type { VoiceSessions } from './voice-sessions.js';

/** Returns nothing while the instrumentation is disabled. */
type CurrentSessions = () => VoiceSessions | undefined;

/** Prototypes whose `emit` is patched, by instrumentation. */
const patchedEmitters = new WeakMap<Claimant, WeakSet<object>>();

/**
 * Follows what voice sessions do, by the events and methods that the Agents SDK documents (agents-realtime 0.20). A session
 * handles each function call of the model in its listener for `function_call` of the transport, and answers it with the
 * transport's `sendFunctionCallOutput`.
 *
 * @param realtime the module `@openai/agents-realtime`, or one that exports the same
 */
export function watchVoice(realtime: unknown, claimant: Claimant, current: CurrentSessions): void {
  const { OpenAIRealtimeBase, RealtimeSession } = fieldsOf(realtime);
  watchTransport(fieldsOf(OpenAIRealtimeBase).prototype, claimant, current);
  watchSession(fieldsOf(RealtimeSession).prototype, claimant, current);
}

function watchTransport(prototype: unknown, claimant: Claimant, current: CurrentSessions): void {
  patchEmit(prototype, claimant, (emit) => {
    return (self, args) => {
      const [name, first] = args;
      if (name === 'connection_change' && first === 'disconnected') current()?.onDisconnected(self);
      if (name === 'function_call') {
        const step = current()?.onFunctionCall(self, first);
        if (step) return runIn(step.context, () => emit.apply(self, args));
      }
      if (name === 'error') {
        // What the transport reports is not about the function call that the session is working for.
        const step = current()?.stepUnderWay();
        if (step) return runIn(step.base, () => emit.apply(self, args));
      }
      return emit.apply(self, args);
    };
  });
  patchMethod(prototype, 'sendFunctionCallOutput', claimant, (original) => {
    return (self, args) => {
      const step = current()?.onOutput(args[1]);
      // The request for the next response, which follows, is not part of the tool.
      return step ? runIn(step.base, () => original.apply(self, args)) : original.apply(self, args);
    };
  });
}

function watchSession(prototype: unknown, claimant: Claimant, current: CurrentSessions): void {
  patchEmit(prototype, claimant, (emit) => {
    return (self, args) => {
      const [name, first] = args;
      if (name === 'agent_tool_start') current()?.onToolStart(args.slice(1));
      if (name === 'error') current()?.onSessionError(fieldsOf(first).error);
      if (name !== 'guardrail_tripped') return emit.apply(self, args);
      const step = current()?.onGuardrailTripped(args.slice(1));
      if (!step) return emit.apply(self, args);
      try {
        return runIn(step.context, () => emit.apply(self, args));
      } finally {
        step.onDone();
      }
    };
  });
  patchMethod(prototype, 'connect', claimant, (original) => {
    return (self, args) => {
      const agent = current()?.onConnect(self);
      if (!agent) return original.apply(self, args);
      return runIn(currentContext().setValue(CURRENT_AGENT, agent), () => original.apply(self, args));
    };
  });
  for (const decision of ['approve', 'reject']) {
    patchMethod(prototype, decision, claimant, (original) => {
      return (self, args) => {
        const step = current()?.onDecision(self);
        if (!step) return original.apply(self, args);
        const result = runIn(step.context, () => original.apply(self, args));
        if (!(result instanceof Promise)) return result;
        return follow(result, {
          onFulfilled: () => step.onDone(),
          onRejected: (error) => current()?.onError(step, error),
        });
      };
    });
  }
}

/** Patches `emit`, which these classes inherit. */
function patchEmit(prototype: unknown, claimant: Claimant, wrap: (emit: Method) => Replacement): void {
  const patched = patchedEmitters.get(claimant) ?? new WeakSet();
  patchedEmitters.set(claimant, patched);
  if (!isObject(prototype) || patched.has(prototype)) return;
  patched.add(prototype);
  if (!Object.hasOwn(prototype, 'emit')) shadow(prototype, 'emit', (inherited) => inherited);
  patchMethod(prototype, 'emit', claimant, wrap);
}
