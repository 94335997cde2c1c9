/** Called when a promise has settled. */
export interface Outcome {
  onFulfilled(value: unknown): void;
  onRejected(error: unknown): void;
}

/**
 * Follows a promise of the SDK. The application gets the returned promise instead. A handler beside the application's would
 * hide a rejection that nobody handles, and V8 follows a promise to the code that awaits it only if it has one handler: the
 * stack of an error would end in the SDK and not name the functions of the application.
 *
 * @returns the next promise of the chain, which settles as the given one does
 */
export function follow(promise: Promise<unknown>, outcome: Outcome): Promise<unknown> {
  return promise.then(
    (value) => {
      outcome.onFulfilled(value);
      return value;
    },
    (error) => {
      outcome.onRejected(error);
      throw error;
    },
  );
}
