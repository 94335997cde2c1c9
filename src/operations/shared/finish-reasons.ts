import { mapped, text } from '../../read.js';
import type { Choice } from '../operation.js';

/** One per choice. `error` stands for a reason that is missing (GenAI conventions, `gen_ai.response.finish_reasons`). */
export function finishReasons(choices: readonly Choice[]): string[] | undefined {
  return choices.length > 0 ? mapped(choices, choices.length, (choice) => choice.finishReason ?? 'error') : undefined;
}

/** The finish reason of one choice, or `error` if none arrived, as in a stream that was cut off. */
export function finishReason(reason: unknown): string {
  return text(reason) ?? 'error';
}
