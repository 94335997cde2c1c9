import { fieldsOf } from '../read.js';

/** The classes of results of runs, of all copies of the SDK. Values of other classes are the application's: they are not read. */
export class ResultClasses {
  readonly #streamed: Class[] = [];
  readonly #all: Class[] = [];

  /** @param core the module `@openai/agents-core` */
  add(core: unknown): void {
    const { RunResult, StreamedRunResult } = fieldsOf(core);
    if (isClass(RunResult)) this.#all.push(RunResult);
    if (isClass(StreamedRunResult)) this.#all.push(StreamedRunResult);
    if (isClass(StreamedRunResult)) this.#streamed.push(StreamedRunResult);
  }

  isStreamed(value: unknown): boolean {
    return this.#streamed.some((type) => value instanceof type);
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
