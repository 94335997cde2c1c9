/**
 * When a child process that hangs is ended. It takes seconds on an idle machine, and a minute on one that has twenty times as
 * much to do as it has cores. The time limit of a test is higher, so that the test can say what the child had printed.
 */
export const CHILD_TIMEOUT_MS = 150_000;
