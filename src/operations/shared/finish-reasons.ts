import type { Choice } from '../operation.js';

/** One per choice. `error` stands for a reason that is missing (GenAI conventions, `gen_ai.response.finish_reasons`). */
export function finishReasons(choices: readonly Choice[]): string[] | undefined {
  return choices.length > 0 ? choices.map((choice) => choice.finishReason ?? 'error') : undefined;
}
