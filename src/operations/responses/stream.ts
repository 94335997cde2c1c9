import { assignKnown } from '../../known.js';
import { count, type Fields, fieldsOf, isObject, listOf } from '../../read.js';
import { type Assembly, MAX_LISTED } from '../operation.js';
import { reportedUsage } from '../shared/token-usage.js';
import { ItemAssembly, type TextField } from './item-assembly.js';

const TEXT_DELTAS: ReadonlyMap<unknown, TextField> = new Map<string, TextField>([
  ['response.output_text.delta', { item: 'message', list: 'content', part: 'output_text', name: 'text' }],
  ['response.refusal.delta', { item: 'message', list: 'content', part: 'refusal', name: 'refusal' }],
  ['response.reasoning_text.delta', { item: 'reasoning', list: 'content', part: 'reasoning_text', name: 'text' }],
  ['response.reasoning_summary_text.delta', { item: 'reasoning', list: 'summary', part: 'summary_text', name: 'text' }],
  ['response.function_call_arguments.delta', { item: 'function_call', name: 'arguments' }],
  ['response.custom_tool_call_input.delta', { item: 'custom_tool_call', name: 'input' }],
  ['response.mcp_call_arguments.delta', { item: 'mcp_call', name: 'arguments' }],
  ['response.code_interpreter_call_code.delta', { item: 'code_interpreter_call', name: 'code' }],
]);

/**
 * Assembles the events of a streamed response: the final response if an event has it, otherwise the items received so far.
 * Items are copied, because the SDK's `ResponseStream` (lib/responses/ResponseStream, v4 to v7) later changes those of the events.
 */
export class ResponseAssembly implements Assembly {
  readonly #head: Record<string, unknown> = {};
  readonly #items: ItemAssembly;

  constructor(textLimit: number) {
    this.#items = new ItemAssembly(textLimit);
  }

  add(event: unknown): void {
    const fields = fieldsOf(event);
    const { type, response, item, content_index, summary_index, delta, error, code, message } = fields;
    if (type === 'error') this.#fail(isObject(error) ? error : { code, message });
    if (isObject(response)) this.#replace(response);

    if (isObject(item)) this.#items.of(fields, type === 'response.output_item.added')?.replace(item, isDone(type));
    const field = TEXT_DELTAS.get(type);
    if (field) this.#items.of(fields)?.add(field, count(content_index ?? summary_index) ?? 0, delta);
  }

  body(): unknown {
    return { ...this.#head, output: this.#items.bodies };
  }

  /** `response.created` and `.in_progress` have no output, `.completed`, `.incomplete` and `.failed` have all of it. */
  #replace(response: Fields): void {
    const { id, model, status, service_tier, error, incomplete_details, output, background } = response;
    assignKnown(this.#head, { id, model, status, service_tier, error, incomplete_details, background });
    assignKnown(this.#head, { usage: reportedUsage(response) });
    const items = listOf(output).slice(0, MAX_LISTED);
    if (items.length > 0) this.#items.clear();
    items.forEach((item, output_index) => {
      if (isObject(item)) this.#items.of({ item, output_index }, true)?.replace(item, true);
    });
  }

  /** SDK v5 and v6 pass the `error` event on as a chunk, v4 and v7.6 and later throw it. */
  #fail({ code, message }: Fields): void {
    assignKnown(this.#head, { status: 'failed', error: { code, message } });
  }
}

function isDone(type: unknown): boolean {
  return type === 'response.output_item.done';
}
