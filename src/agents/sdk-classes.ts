import { fieldsOf, isObject } from '../read.js';

/**
 * Error classes whose message the Agents SDK builds from names and numbers only (agents-core 0.20, `dist/errors.mjs`). All other
 * classes can quote content: the tripwire errors quote a guardrail's `outputInfo`, `ModelRefusalError` the refusal, `ToolCallError`
 * and `GuardrailExecutionError` the error of the application's function, `InvalidToolInputError`, `InvalidToolOutputError` and
 * `ModelBehaviorError` the model's output, `UserError` and `SystemError` a saved state.
 */
const WITHOUT_CONTENT = ['MaxTurnsExceededError', 'ModelTimeoutError', 'ToolTimeoutError'];

/** Classes, which it does not keep alive. */
class ClassSet {
  readonly #prototypes = new WeakSet<object>();

  add(type: unknown): void {
    const { prototype } = fieldsOf(type);
    if (isObject(prototype)) this.#prototypes.add(prototype);
  }

  hasInstance(value: unknown): boolean {
    for (let at: unknown = value; isObject(at); at = Object.getPrototypeOf(at)) {
      if (this.#prototypes.has(at)) return true;
    }
    return false;
  }
}

/**
 * Classes of results and errors of runs, of all copies of the SDK. Results of other classes are the application's: they are
 * not read. A copy that the application reloads is not kept alive.
 */
export class SdkClasses {
  readonly #streamed = new ClassSet();
  readonly #all = new ClassSet();
  readonly #errorsWithoutContent = new ClassSet();

  /** @param core the module `@openai/agents-core` */
  add(core: unknown): void {
    const exported = fieldsOf(core);
    const { RunResult, StreamedRunResult } = exported;
    this.#all.add(RunResult);
    this.#all.add(StreamedRunResult);
    this.#streamed.add(StreamedRunResult);
    for (const name of WITHOUT_CONTENT) this.#errorsWithoutContent.add(exported[name]);
  }

  isStreamed(value: unknown): boolean {
    return this.#streamed.hasInstance(value);
  }

  /** Whether the value is an error whose message the SDK makes without content. An application can create one too. */
  isErrorWithoutContent(value: unknown): boolean {
    return this.#errorsWithoutContent.hasInstance(value);
  }

  /**
   * `finalOutput` of a run that came to its end. For any other run the SDK would log a warning (agents-core 0.20,
   * `dist/result.mjs`).
   */
  finalOutput(value: unknown): unknown {
    if (!this.#all.hasInstance(value)) return undefined;
    const { _currentStep: step } = fieldsOf(fieldsOf(value).state);
    return fieldsOf(step).type === 'next_step_final_output' ? fieldsOf(value).finalOutput : undefined;
  }
}
