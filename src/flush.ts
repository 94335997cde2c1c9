import { channel } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { inspect, types } from 'node:util';
import { diag, metrics, trace } from '@opentelemetry/api';
import { report } from './guard.js';
import { LAST_CHANCE } from './last-chance.js';
import { globalLoggerProviders } from './logs.js';
import { fieldsOf, readable, text } from './read.js';

const DEFAULT_TIMEOUT_MS = 2500;

/** Instrumentations end their open spans when something is published here. All copies of this package share the channel. */
const lastChance = channel(LAST_CHANCE);

/** Sent by Ctrl-C, by `kill` and container runtimes, and when a terminal is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Set on the process, or worker thread, that is flushed at its end. */
const INSTALLED = Symbol.for('opentelemetry-instrumentation-openai.flush-on-exit');

/** A frame of a stack: `    at main (file:///app.mjs:3:7)`. */
const FRAME = /^ {4}at (?:[^()]*\()?(?:async )?([^()]+):(\d+):\d+\)?$/;

export interface FlushOptions {
  /**
   * How long to wait for the back-end, in milliseconds. Data that was not sent by then is lost.
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
 * is not caught. Open calls end their spans first. The process then ends as it would have without this: by the same signal, or with
 * the same exit code and error. If the application has a handler for the signal or the error, that
 * handler alone decides. Nothing can be sent during `process.exit()`: call `flush()` before it.
 *
 * @example
 * sdk.start();
 * flushOnExit();
 */
export function flushOnExit(options: FlushOptions = {}): void {
  if (Object.hasOwn(process, INSTALLED)) return;
  Object.defineProperty(process, INSTALLED, { value: true });

  // `prepend`, because `flushAtNaturalEnd` counts the other listeners, and a `once` listener is removed before it is called.
  process.prependOnceListener('beforeExit', () => void flushAtNaturalEnd(options));
  for (const signal of SIGNALS) onSignal(signal, options);
  onUncaughtError(options);
}

async function flushAtNaturalEnd(options: FlushOptions): Promise<void> {
  const isAlone = process.listenerCount('beforeExit') === 0;
  const inTime = await flushLast(options);
  // An exporter that retries would keep the process alive. If the application has a listener too, that one decides.
  if (!inTime && isAlone) process.exit();
}

function onSignal(signal: NodeJS.Signals, options: FlushOptions): void {
  // `prepend` and `once`, so that handlers that count the handlers, as `signal-exit` does, do not see this one.
  process.prependOnceListener(signal, async () => {
    if (process.listenerCount(signal) > 0) return;
    await flushLast(options);
    process.kill(process.pid, signal);
    // Reached only as PID 1 of a container: Linux does not end that process by a signal.
    onSignal(signal, options);
  });
}

/** Ends the spans of open calls, then flushes. */
function flushLast(options: FlushOptions): Promise<boolean> {
  lastChance.publish(undefined);
  return flushed(options);
}

function onUncaughtError(options: FlushOptions): void {
  let fatal: { readonly error: unknown } | undefined;
  const listener = async (error: unknown, origin: NodeJS.UncaughtExceptionOrigin) => {
    // The first error is the one that ends the process. Without this listener there would be no second one.
    if (fatal || process.listenerCount('uncaughtException') > 1) return;
    fatal = { error };
    // Node.js asks them before this listener, or not at all: about a rejected top-level `await`, and with `--unhandled-rejections=strict`
    // (`lib/internal/process/promises.js`, `lib/internal/modules/run_main.js`). So without this listener they would not be called.
    if (origin === 'unhandledRejection') process.removeAllListeners('unhandledRejection');
    await flushLast(options);
    process.off('uncaughtException', listener);
    // The monitors have already been called for this error.
    process.removeAllListeners('uncaughtExceptionMonitor');
    fatal = undefined;
    if (origin === 'unhandledRejection' && types.isNativeError(error)) rejectAgain(error);
    else process.nextTick(throwAgain, error);
  };
  process.on('uncaughtException', listener);
  process.prependListener('exit', () => {
    // Nothing can be sent any more, so an error in another `exit` listener must not come here.
    process.off('uncaughtException', listener);
    if (fatal) failLate(fatal.error);
  });
}

/** The application has called `process.exit()` during the flush. The process must still end as failed, with the error on stderr. */
function failLate(error: unknown): void {
  process.exitCode = 1;
  writeSync(2, `${inspect(error)}\n\nNode.js ${process.version}\n`);
}

/** Rejects with the error again, so that Node.js prints the same. With `--unhandled-rejections=none` or `warn` that does not end the process. */
function rejectAgain(error: Error): void {
  Promise.reject(error);
  setImmediate(throwAgain, error);
}

/**
 * Throws the error again. Node.js prints the source line of the `throw` above the stack. It would be a line of this package, so the
 * `throw` is compiled with the file name and the line of the error's first frame.
 */
function throwAgain(error: unknown): never {
  const frames = (readable(() => text(fieldsOf(error).stack)) ?? '').split('\n');
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

/** The providers of the OpenTelemetry SDK. */
function providers(): unknown[] {
  return [trace.getTracerProvider(), metrics.getMeterProvider(), ...globalLoggerProviders()].map(delegateOf);
}

function delegateOf(provider: unknown): unknown {
  const { getDelegate } = fieldsOf(provider);
  return typeof getDelegate === 'function' ? getDelegate.call(provider) : provider;
}
