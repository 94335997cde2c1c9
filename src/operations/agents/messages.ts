import { known } from '../../known.js';
import { type Fields, fieldsOf, listOf, text } from '../../read.js';
import type { Content, Message, OutputMessage } from '../content.js';
import { MAX_LISTED } from '../operation.js';
import { contentParts, textParts } from '../shared/content-parts.js';
import { latest } from '../shared/latest.js';
import { toolDefinitions } from '../shared/tool-definitions.js';

/** The content of the parameters of a session. */
export function sessionInput({ input, agent }: Fields): Omit<Content, 'outputMessages'> {
  const { instructions, tools } = fieldsOf(agent);
  const systemInstructions = textParts('text', instructions);
  const definitions = toolDefinitions({ tools });
  return known({
    inputMessages: latest(typeof input === 'string' ? [{ content: input }] : input, inputMessage),
    systemInstructions: systemInstructions.length > 0 ? systemInstructions : undefined,
    toolDefinitions: definitions.length > 0 ? definitions : undefined,
  });
}

/** The messages and the results of tools among the events that an application sends to a session. */
export function eventInput({ events }: Fields): Message[] {
  const sent = listOf(events)
    .slice(0, MAX_LISTED)
    .flatMap((event) => {
      const { type, input } = fieldsOf(event);
      return type === TOOL_RESULT ? [event] : listOf(input).slice(0, MAX_LISTED);
    });
  return latest(sent, (message) => (message.type === TOOL_RESULT ? toolResult(message) : inputMessage(message)));
}

const TOOL_RESULT = 'agent.session.input.tool_result';

/** What the agent wrote, assembled from events. All of it is one message. */
export function answer({ messages, status }: Fields): OutputMessage[] {
  const parts = listOf(messages).flatMap((message) => contentParts(fieldsOf(message).content));
  const finish_reason = status === 'idle' ? 'stop' : status === 'requires_action' ? 'tool_calls' : 'error';
  return parts.length > 0 ? [{ role: 'assistant', parts: parts.slice(0, MAX_LISTED), finish_reason }] : [];
}

function toolResult({ call_id, output, error }: Fields): Message {
  const part = {
    type: 'tool_call_response' as const,
    ...known({ id: text(call_id) }),
    response: output ?? error ?? '',
  };
  return { role: 'tool', parts: [part] };
}

function inputMessage({ role, content }: Fields): Message {
  return { role: text(role) ?? 'user', parts: contentParts(content) };
}
