import type { Attributes } from '@opentelemetry/api';
import { known } from '../known.js';
import type { OutputMessage, Part, ToolCallPart } from '../operations/content.js';
import type { Choice, ToolCall } from '../operations/operation.js';
import { listOf } from '../read.js';
import * as semconv from '../semconv.js';
import { type ListedCalls, shortKeyword, shortLabel } from './labels.js';

/**
 * The attributes of the event that describes one choice.
 *
 * @param listed the tool calls that the events of one span list
 * @param message the captured content of the choice, or `undefined` if content is not captured
 */
export function choiceAttributes(choice: Choice, listed: ListedCalls, message: OutputMessage | undefined): Attributes {
  const parts: readonly Part[] = message ? (listOf(message.parts) as readonly Part[]) : [];
  const attributes = {
    [semconv.ATTR_LLM_CHOICE_INDEX]: choice.index,
    [semconv.ATTR_LLM_CHOICE_FINISH_REASON]: shortKeyword(choice.finishReason),
    [semconv.ATTR_LLM_CHOICE_ROLE]: shortKeyword(choice.role),
    [semconv.ATTR_LLM_CHOICE_TOOL_CALLS]: choice.toolCalls?.length
      ? toolCalls(choice.toolCalls, listed, parts)
      : undefined,
    [semconv.ATTR_LLM_CHOICE_REFUSED]: choice.refused || undefined,
  };
  return message ? known({ ...attributes, ...contentAttributes(parts) }) : known(attributes);
}

function contentAttributes(parts: readonly Part[]): Attributes {
  return {
    [semconv.ATTR_LLM_CHOICE_CONTENT]: textOf('text', parts),
    [semconv.ATTR_LLM_CHOICE_REFUSAL]: textOf('refusal', parts),
    [semconv.ATTR_LLM_CHOICE_REASONING]: textOf('reasoning', parts),
  };
}

function toolCalls(all: readonly ToolCall[], listed: ListedCalls, parts: readonly Part[]): string | undefined {
  const calls = all.filter((call) => listed.has(call));
  if (calls.length === 0) return undefined;
  const callParts = parts.filter((part): part is ToolCallPart => part?.type === 'tool_call');
  return JSON.stringify(
    calls.map((call, i) => ({ ...shortCall(call), ...known({ arguments: argumentsOf(call, callParts[i]) }) })),
  );
}

function shortCall({ id, type, name }: ToolCall): ToolCall {
  return { id: shortLabel(id), type: shortLabel(type), name: shortLabel(name) };
}

/** The user's hook can remove or reorder parts, so a part is used only if its id and name match the call. */
function argumentsOf(call: ToolCall, part: ToolCallPart | undefined): unknown {
  return part && part.id === call.id && part.name === call.name ? part.arguments : undefined;
}

function textOf(type: 'text' | 'refusal' | 'reasoning', parts: readonly Part[]): string | undefined {
  const texts = parts.flatMap((part) =>
    part?.type === type && typeof part.content === 'string' ? [part.content] : [],
  );
  return texts.length > 0 ? texts.join('\n') : undefined;
}
