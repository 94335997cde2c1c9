import { fieldsOf } from '../read.js';

/**
 * Error classes whose message the Agents SDK builds from names and numbers only (agents-core 0.20, `dist/errors.mjs`). All other
 * classes can quote content: the tripwire errors quote a guardrail's `outputInfo`, `ModelRefusalError` the refusal, `ToolCallError`
 * and `GuardrailExecutionError` the error of the application's function, `InvalidToolInputError`, `InvalidToolOutputError` and
 * `ModelBehaviorError` the model's output, `UserError` and `SystemError` a saved state.
 */
const WITHOUT_CONTENT = ['MaxTurnsExceededError', 'ModelTimeoutError', 'ToolTimeoutError'];

/**
 * Classes of results and errors of runs, of all copies of the SDK. Results of other classes are the application's: they are
 * not read.
 */
export class SdkClasses {
  readonly #streamed: Class[] = [];
  readonly #all: Class[] = [];
  readonly #errorsWithoutContent: Class[] = [];

  /** @param core the module `@openai/agents-core` */
  add(core: unknown): void {
    const exported = fieldsOf(core);
    const { RunResult, StreamedRunResult } = exported;
    if (isClass(RunResult)) this.#all.push(RunResult);
    if (isClass(StreamedRunResult)) this.#all.push(StreamedRunResult);
    if (isClass(StreamedRunResult)) this.#streamed.push(StreamedRunResult);
    this.#errorsWithoutContent.push(...WITHOUT_CONTENT.map((name) => exported[name]).filter(isClass));
  }

  isStreamed(value: unknown): boolean {
    return this.#streamed.some((type) => value instanceof type);
  }

  /** Whether the value is an error whose message the SDK makes without content. An application can create one too. */
  isErrorWithoutContent(value: unknown): boolean {
    return this.#errorsWithoutContent.some((type) => value instanceof type);
  }

  /**
   * `finalOutput` of a run that came to its end. For any other run the SDK would log a warning (agents-core 0.20,
   * `dist/result.mjs`).
   */
  finalOutput(value: unknown): unknown {
    if (!this.#all.some((type) => value instanceof type)) return undefined;
    const { _currentStep: step } = fieldsOf(fieldsOf(value).state);
    return fieldsOf(step).type === 'next_step_final_output' ? fieldsOf(value).finalOutput : undefined;
  }
}

type Class = abstract new (...args: never[]) => unknown;

function isClass(value: unknown): value is Class {
  return typeof value === 'function';
}
