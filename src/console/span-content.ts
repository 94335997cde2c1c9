import { fieldsOf } from '../read.js';
import { type Fact, joined, parseList, text } from './facts.js';
import type { ReadableSpan } from './readable-span.js';

const INPUT = 'gen_ai.input.messages';
const OUTPUT = 'gen_ai.output.messages';

/** The captured content of a span: the newest message of the input, the output, and what a tool was called with. */
export function contentOf({ attributes, events }: ReadableSpan): Fact[] {
  const { [INPUT]: input, [OUTPUT]: output, ...rest } = fieldsOf(attributes);
  // The event of a choice shows its content.
  const hasChoices = events.some(({ name }) => name === 'llm.choice');
  return [
    ...parseList(input).slice(-1).map(message),
    ...(hasChoices ? [] : parseList(output).map(message)),
    { label: 'arguments', value: text(rest['gen_ai.tool.call.arguments']) },
    { label: 'result', value: text(rest['gen_ai.tool.call.result']) },
  ];
}

function message(value: unknown): Fact {
  const { role, parts } = fieldsOf(value);
  const texts = Array.isArray(parts) ? parts.map(part) : [];
  return { label: text(role), value: joined(texts, ' ') };
}

/** A part of a message: its text, the tool that is called, what a tool answered, or else only its type. */
function part(value: unknown): string {
  const { type, content, name, response } = fieldsOf(value);
  if (type === 'tool_call') return `→ ${text(name)}`;
  return quoted(text(type === 'blob' ? undefined : (content ?? response))) || `[${text(type)}]`;
}

function quoted(text: string): string {
  return text && `“${text}”`;
}
