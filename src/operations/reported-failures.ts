import type { Assembly, Failure, Operation } from './operation.js';
import { reportedFailure } from './shared/failure.js';

/** The operation, which also reports failures that a body of status 200 or a chunk contains. */
export function withReportedFailures(operation: Operation): Operation {
  const { assemble } = operation;
  return {
    ...operation,
    response(body) {
      const described = operation.response(body);
      const failure = described.failure ?? reportedFailure(body);
      return failure ? { ...described, failure } : described;
    },
    ...(assemble && { assemble: (textLimit: number) => new FailureAssembly(assemble(textLimit)) }),
  };
}

/** Adds the first failure that a chunk reports to the assembled body, as `error`. */
class FailureAssembly implements Assembly {
  readonly #assembly: Assembly;
  #failure: Failure | undefined;

  constructor(assembly: Assembly) {
    this.#assembly = assembly;
  }

  add(chunk: unknown): void {
    this.#failure ??= reportedFailure(chunk);
    this.#assembly.add(chunk);
  }

  body(): unknown {
    const body = this.#assembly.body();
    return this.#failure && typeof body === 'object' ? { ...body, error: this.#failure } : body;
  }
}
