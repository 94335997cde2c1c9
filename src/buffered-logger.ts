import type { DiagLogger } from '@opentelemetry/api';
import { fieldsOf } from './read.js';

/** Where `@opentelemetry/api` 1.x keeps its globals (api 1.9, internal/global-utils.js). All 1.x versions share it. */
const API = Symbol.for('opentelemetry.js.api.1');

const MAX_BUFFERED = 32;

type Level = 'error' | 'warn';

/**
 * Keeps warnings and errors until there is a diagnostic logger. `NodeSDK` sets the logger after the instrumentations were created, so
 * the messages of their constructors would be lost.
 */
export class BufferedLogger implements DiagLogger {
  readonly #logger: DiagLogger;
  #buffered: (readonly [Level, Parameters<DiagLogger[Level]>])[] = [];

  /** @param logger logs to the global diagnostic logger; does nothing while there is none */
  constructor(logger: DiagLogger) {
    this.#logger = logger;
  }

  /** Logs the kept messages, if there is a logger now. */
  flush(): void {
    if (this.#buffered.length === 0 || !hasLogger()) return;
    const buffered = this.#buffered;
    this.#buffered = [];
    for (const [level, args] of buffered) this.#logger[level](...args);
  }

  error(...args: Parameters<DiagLogger['error']>): void {
    this.#log('error', args);
  }

  warn(...args: Parameters<DiagLogger['warn']>): void {
    this.#log('warn', args);
  }

  info(...args: Parameters<DiagLogger['info']>): void {
    this.#logger.info(...args);
  }

  debug(...args: Parameters<DiagLogger['debug']>): void {
    this.#logger.debug(...args);
  }

  verbose(...args: Parameters<DiagLogger['verbose']>): void {
    this.#logger.verbose(...args);
  }

  #log(level: Level, args: Parameters<DiagLogger[Level]>): void {
    if (this.#buffered.length < MAX_BUFFERED) this.#buffered.push([level, args]);
    this.flush();
  }
}

function hasLogger(): boolean {
  return fieldsOf(Reflect.get(globalThis, API)).diag !== undefined;
}
