import { channel } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { diag, metrics, trace } from '@opentelemetry/api';
import { report } from './guard.js';
import { LAST_CHANCE } from './last-chance.js';
import { globalLoggerProviders } from './logs.js';
import { fieldsOf } from './read.js';

const DEFAULT_TIMEOUT_MS = 2500;

/** Instrumentations end their open spans when something is published here. All copies of this package share the channel. */
const lastChance = channel(LAST_CHANCE);

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
 * nobody catches. Calls that are still open end their spans first. The process then ends as it would have without this: by
 * the same signal, or with the same exit code and error. If the application has a handler for the signal or the error, that
 * handler alone decides. Nothing can be sent during `process.exit()`: call `flush()` before it.
 *
 * @example
 * sdk.start();
 * flushOnExit();
 */
export function flushOnExit(options: FlushOptions = {}): void {
  if (Object.hasOwn(process, INSTALLED)) return;
  Object.defineProperty(process, INSTALLED, { value: true });

  // First, because a listener that is called once is counted only before its call.
  process.prependOnceListener('beforeExit', () => void flushAtNaturalEnd(options));
  for (const signal of SIGNALS) onSignal(signal, options);
  onUncaughtError(options);
}

async function flushAtNaturalEnd(options: FlushOptions): Promise<void> {
  const isAlone = process.listenerCount('beforeExit') === 0;
  const inTime = await flushLast(options);
  // An exporter that tries again keeps the process alive. Others that have work to do at the end keep that time.
  if (!inTime && isAlone) process.exit();
}

function onSignal(signal: NodeJS.Signals, options: FlushOptions): void {
  // First and removed when it is called: other handlers do not see it when they count handlers, as `signal-exit` does.
  process.prependOnceListener(signal, async () => {
    if (process.listenerCount(signal) > 0) return;
    await flushLast(options);
    process.kill(process.pid, signal);
    // Reached only by the first process of a container, which the system does not end by signals.
    onSignal(signal, options);
  });
}

/** Ends the spans of calls that nobody will see end, then flushes. */
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
    await flushLast(options);
    process.off('uncaughtException', listener);
    // They were called for this error already.
    process.removeAllListeners('uncaughtExceptionMonitor');
    fatal = undefined;
    if (origin === 'unhandledRejection') Promise.reject(error);
    else process.nextTick(throwAgain, error);
  };
  process.on('uncaughtException', listener);
  process.prependListener('exit', () => {
    // Nothing can be sent any more: an error in another `exit` listener is not for this one.
    process.off('uncaughtException', listener);
    if (fatal) failLate(fatal.error);
  });
}

/** The application called `process.exit()` between the error and the end of the flush. It must not look like success. */
function failLate(error: unknown): void {
  process.exitCode = 1;
  writeSync(2, `${inspect(error)}\n\nNode.js ${process.version}\n`);
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

/** The providers of the OpenTelemetry SDK. */
function providers(): unknown[] {
  return [trace.getTracerProvider(), metrics.getMeterProvider(), ...globalLoggerProviders()].map(delegateOf);
}

function delegateOf(provider: unknown): unknown {
  const { getDelegate } = fieldsOf(provider);
  return typeof getDelegate === 'function' ? getDelegate.call(provider) : provider;
}
