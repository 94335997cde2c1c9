import { diag, metrics, trace } from '@opentelemetry/api';
import { report } from './guard.js';
import { fieldsOf } from './read.js';

const DEFAULT_TIMEOUT_MS = 2500;

/** Ctrl-C, the default of `kill` and of container runtimes, a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Set on the process, or worker thread, that is flushed at its end. */
const INSTALLED = Symbol.for('opentelemetry-instrumentation-openai.flush-on-exit');

/** A frame of a stack: `    at main (file:///app.mjs:3:7)`. */
const FRAME = /^ {4}at (?:[^()]*\()?(?:async )?([^()]+):(\d+):\d+\)?$/;

export interface FlushOptions {
  /**
   * How long the back-end may take, in milliseconds. After that, what was not sent is lost.
   * @default 2500
   */
  timeoutMillis?: number;
}

/**
 * Sends the spans, metrics and log records that wait in the OpenTelemetry SDK. Call it before `process.exit()`, and at the
 * end of each invocation of a function that is frozen afterwards.
 *
 * @returns a promise that never rejects: it resolves when all is sent, or after the timeout
 * @example
 * await flush();
 * process.exit(1);
 */
export async function flush(options: FlushOptions = {}): Promise<void> {
  await flushed(options);
}

/**
 * Flushes before the process ends: when it has nothing left to do, on SIGINT, SIGTERM and SIGHUP, and on an error that
 * nobody catches. The process then ends as it would have without this: by the same signal, or with the same exit code and
 * error. If the application has a handler for the signal or the error, that handler alone decides. Nothing can be sent
 * during `process.exit()`: call `flush()` before it.
 *
 * @example
 * sdk.start();
 * flushOnExit();
 */
export function flushOnExit(options: FlushOptions = {}): void {
  if (Object.hasOwn(process, INSTALLED)) return;
  Object.defineProperty(process, INSTALLED, { value: true });

  process.once('beforeExit', () => void flushAtNaturalEnd(options));
  for (const signal of SIGNALS) onSignal(signal, options);
  onUncaughtError(options);
}

async function flushAtNaturalEnd(options: FlushOptions): Promise<void> {
  const inTime = await flushed(options);
  // An exporter that tries again keeps the process alive. Others that have work to do at the end keep that time.
  if (!inTime && process.listenerCount('beforeExit') === 0) process.exit();
}

function onSignal(signal: NodeJS.Signals, options: FlushOptions): void {
  // First and removed when it is called: other handlers do not see it when they count handlers, as `signal-exit` does.
  process.prependOnceListener(signal, async () => {
    if (process.listenerCount(signal) > 0) return;
    await flushed(options);
    process.kill(process.pid, signal);
    // Reached only by the first process of a container, which the system does not end by signals.
    onSignal(signal, options);
  });
}

function onUncaughtError(options: FlushOptions): void {
  const listener = async (error: unknown, origin: NodeJS.UncaughtExceptionOrigin) => {
    if (process.listenerCount('uncaughtException') > 1) return;
    // A second error ends the process at once.
    process.off('uncaughtException', listener);
    await flushed(options);
    if (origin === 'unhandledRejection') Promise.reject(error);
    else process.nextTick(throwAgain, error);
  };
  process.on('uncaughtException', listener);
}

/**
 * Node.js prints the line that throws above the stack. It would be a line of this package, so code is made that claims to
 * be where the error came from; the stack is the error's own in any case.
 */
function throwAgain(error: unknown): never {
  const frames = String(fieldsOf(error).stack).split('\n');
  const [, filename, line] = frames.map((frame) => FRAME.exec(frame)).find(Boolean) ?? [];
  // Missing before Node.js 20.16.
  const { compileFunction } = fieldsOf(process.getBuiltinModule?.('node:vm'));
  if (typeof compileFunction === 'function' && filename) {
    compileFunction('throw error', ['error'], { filename, lineOffset: Number(line) - 1 })(error);
  }
  throw error;
}

/** @returns whether all was sent, or has failed, before the timeout */
async function flushed({ timeoutMillis = DEFAULT_TIMEOUT_MS }: FlushOptions): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeoutMillis, false);
  });
  const sent = Promise.all(providers().map(forceFlush)).then(() => true);
  const inTime = await Promise.race([sent, timeout]);
  clearTimeout(timer);
  return inTime;
}

async function forceFlush(provider: unknown): Promise<void> {
  try {
    const { forceFlush } = fieldsOf(provider);
    if (typeof forceFlush === 'function') await forceFlush.call(provider);
  } catch (fault) {
    report(diag, fault);
  }
}

/** The providers of the OpenTelemetry SDK. Log records have two APIs: `@opentelemetry/api-logs`, and `api` from 1.10 on. */
function providers(): unknown[] {
  const { logs } = fieldsOf(Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1')));
  const logsOfVersion = Reflect.get(globalThis, Symbol.for('io.opentelemetry.js.api.logs'));
  return [
    trace.getTracerProvider(),
    metrics.getMeterProvider(),
    logs,
    typeof logsOfVersion === 'function' ? logsOfVersion(1) : undefined,
  ].map(delegateOf);
}

function delegateOf(provider: unknown): unknown {
  const { getDelegate } = fieldsOf(provider);
  return typeof getDelegate === 'function' ? getDelegate.call(provider) : provider;
}
