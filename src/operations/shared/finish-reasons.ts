import type { Choice } from '../operation.js';

/** One a choice; `error` where a reason was due and none came (GenAI conventions, `gen_ai.response.finish_reasons`). */
export function finishReasons(choices: readonly Choice[]): string[] | undefined {
  return choices.length > 0 ? choices.map((choice) => choice.finishReason ?? 'error') : undefined;
}
